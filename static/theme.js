// Sets the chosen theme before anything is painted: that of the address (`#/…?theme=dark`), else the local storage
// entry `theme`, light or dark, bare or as a JSON string. Without a choice the system decides.
(() => {
  const asked = /[?&]theme=(light|dark)(&|$)/.exec(location.hash)?.[1];
  try {
    const theme = asked ?? (localStorage.getItem("theme") ?? "").replaceAll('"', "");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is switched off: the system's theme it is.
  }
})();
