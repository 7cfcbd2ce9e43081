// Sets the chosen theme before anything is painted; without a choice the system decides.
// The choice is the local storage entry `theme`: light or dark, bare or as a JSON string.
(() => {
  try {
    const theme = (localStorage.getItem("theme") ?? "").replaceAll('"', "");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is switched off: the system's theme it is.
  }
})();
