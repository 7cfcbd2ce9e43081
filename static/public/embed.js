// <rebalance-lab>: a run of Rebalance Lab inside another page, in an iframe of its own origin.
//   src       address of the lab, or of a run in it; this script's folder without
//   scenario  name of an example, or the data of a link ("1.…")
//   time      where it begins, in ms        autoplay  plays at once
//   theme     light or dark; the element's color-scheme without
//   height    in px; as much as the run needs without
// Events: "ready" and "time" (detail: t_ms, playing). Methods: seek(ms), play(), pause().
(() => {
  const own = new URL(".", document.currentScript.src).href;

  class RebalanceLab extends HTMLElement {
    static observedAttributes = ["src", "scenario", "time", "theme", "height", "autoplay"];
    #frame = null;
    #origin = "";
    #listen = (event) => this.#hear(event);

    connectedCallback() {
      addEventListener("message", this.#listen);
      this.#show();
    }

    disconnectedCallback() {
      removeEventListener("message", this.#listen);
      this.#frame?.remove();
      this.#frame = null;
    }

    attributeChangedCallback(name, before, now) {
      if (!this.#frame || before === now) return;
      if (name === "theme") this.#say({ type: "theme", theme: now ?? "" });
      else if (name === "time") this.seek(Number(now));
      else if (name === "height") this.#size(now);
      else this.#show();
    }

    seek(ms) {
      if (Number.isFinite(ms)) this.#say({ type: "seek", t_ms: Math.max(0, Math.round(ms)) });
    }
    play() {
      this.#say({ type: "play" });
    }
    pause() {
      this.#say({ type: "pause" });
    }

    #address() {
      const url = new URL(this.getAttribute("src") || own, document.baseURI);
      if (!/^https?:$/.test(url.protocol)) throw new Error(`rebalance-lab: src can't be ${url.protocol}`);
      const query = new URLSearchParams(url.hash.split("?")[1] ?? "");
      const set = (name, value) => value !== null && value !== "" && query.set(name, value);
      const scenario = this.getAttribute("scenario");
      if (scenario) {
        query.delete("s");
        query.delete("scenario");
        set(/^\d+\./.test(scenario) ? "s" : "scenario", scenario);
      }
      set("t", this.getAttribute("time"));
      const scheme = getComputedStyle(this).colorScheme;
      set("theme", this.getAttribute("theme") ?? (/^(light|dark)$/.test(scheme) ? scheme : ""));
      if (this.hasAttribute("autoplay")) set("play", "1");
      set("origin", location.origin);
      url.hash = `#/embed/simulate?${query}`;
      return url;
    }

    #show() {
      const url = this.#address();
      this.#origin = url.origin;
      const frame = (this.#frame ??= document.createElement("iframe"));
      frame.title = this.getAttribute("title") || "A consumer group over time, Rebalance Lab";
      frame.loading = "lazy";
      frame.width = "100%";
      // Not a style attribute: a strict policy would stop it.
      frame.style.border = "0";
      this.style.display = "block";
      this.#size(this.getAttribute("height"));
      frame.src = url.href;
      if (!frame.isConnected) this.append(frame);
    }

    #size(height) {
      this.#frame.height = Number(height) > 0 ? String(Number(height)) : "620";
    }

    #say(message) {
      this.#frame?.contentWindow?.postMessage({ rebalanceLab: 1, ...message }, this.#origin);
    }

    #hear({ source, origin, data }) {
      if (!this.#frame || source !== this.#frame.contentWindow || origin !== this.#origin || data?.rebalanceLab !== 1) return;
      const { type, height, t_ms, playing, end_ms } = data;
      if (type === "height" && !this.hasAttribute("height") && height > 0 && height < 5000) this.#size(height);
      if (type === "ready") this.dispatchEvent(new CustomEvent("ready", { detail: { end_ms } }));
      if (type === "time") this.dispatchEvent(new CustomEvent("time", { detail: { t_ms, playing } }));
    }
  }

  if (!customElements.get("rebalance-lab")) customElements.define("rebalance-lab", RebalanceLab);
})();
