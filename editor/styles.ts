// The looks of the editor. Colours and measures are the page's own custom properties.

import { EditorView } from "@codemirror/view";
import { StyleModule } from "style-mod";

// The page's policy admits no style elements, and CodeMirror uses constructed sheets in shadow roots only. So its
// styles are mounted on what looks like one and stands for the document.
const sheets = {
  ownerDocument: document,
  get adoptedStyleSheets() {
    return document.adoptedStyleSheets;
  },
  set adoptedStyleSheets(all) {
    document.adoptedStyleSheets = all;
  },
};
const mount = StyleModule.mount;
StyleModule.mount = (_root, modules) => mount.call(StyleModule, sheets as unknown as ShadowRoot, modules);

const squiggle = (colour: string) => ({
  backgroundImage: "none",
  paddingBottom: "0",
  textDecoration: `underline wavy 1.3px var(${colour})`,
  textUnderlineOffset: "4px",
  textDecorationSkipInk: "none",
});

export const styles = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--surface)" },
  "&.cm-focused": { outline: "none", boxShadow: "inset 2px 0 var(--focus)" },
  ".cm-scroller": { font: "13px/23px var(--mono)", fontVariantLigatures: "none", overscrollBehavior: "contain" },
  ".cm-content": { padding: "12px 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 24px 0 4px" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--ink-3)", border: "0", fontSize: "12px" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "42px", padding: "0" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--ink)" },
  ".cm-marks": { width: "26px" },
  ".cm-marks .cm-gutterElement": { display: "grid", placeItems: "center", cursor: "pointer" },
  ".cm-selected-line": { backgroundColor: "var(--selection)" },
  ".cm-lintRange-error": squiggle("--error"),
  ".cm-lintRange-warning": squiggle("--warn"),
  ".cm-lintRange-info": { ...squiggle("--info"), textDecorationStyle: "dotted" },
  ".cm-lintRange-active": { backgroundColor: "var(--selection)" },
  ".cm-tooltip": {
    maxWidth: "min(460px, 90vw)",
    border: "1px solid var(--hairline-strong)",
    borderRadius: "var(--r-m)",
    backgroundColor: "var(--surface)",
    color: "var(--ink)",
    boxShadow: "var(--shadow-1)",
    font: "var(--t-s)/1.45 var(--font)",
  },
  ".cm-tooltip-lint": { padding: "4px 0" },
  ".cm-diagnostic": { padding: "4px 12px", borderLeft: "0", whiteSpace: "normal" },
  ".cm-diagnosticAction": {
    margin: "6px 8px 2px 0",
    padding: "3px 10px",
    border: "1px solid var(--hairline-strong)",
    borderRadius: "var(--r-m)",
    backgroundColor: "var(--surface)",
    color: "var(--ink)",
    font: "inherit",
    cursor: "pointer",
  },
  ".cm-documentation": { padding: "8px 12px" },
  ".cm-documentation h4": { font: "600 12.5px/1.5 var(--mono)", overflowWrap: "anywhere" },
  ".cm-documentation dl": { display: "grid", gridTemplateColumns: "auto 1fr", gap: "2px 12px", marginTop: "6px" },
  ".cm-documentation dt": { color: "var(--ink-3)" },
  ".cm-documentation dd": { margin: "0", overflowWrap: "anywhere" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { maxHeight: "12em", fontFamily: "var(--mono)", fontSize: "12.5px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "4px 10px", minHeight: "24px", lineHeight: "24px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--ink)",
    color: "var(--paper)",
  },
  ".cm-completionDetail": { fontStyle: "normal", color: "inherit", opacity: ".75" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "650" },
  ".cm-completionInfo": { maxWidth: "min(360px, 80vw)", padding: "0" },
  ".cm-panels": { backgroundColor: "var(--paper)", color: "var(--ink)", font: "var(--t-s)/1.4 var(--font)" },
  ".cm-panels-bottom": { borderTop: "1px solid var(--hairline-strong)" },
  ".cm-textfield": { backgroundColor: "var(--surface)", border: "1px solid var(--hairline-strong)", color: "inherit" },
  ".cm-button": { backgroundImage: "none", backgroundColor: "var(--surface)", border: "1px solid var(--hairline-strong)", color: "inherit" },
  ".cm-searchMatch": { backgroundColor: "var(--selection)", outline: "1px solid var(--hairline-strong)" },
  ".cm-secret": { color: "var(--syn-value)" },
});
