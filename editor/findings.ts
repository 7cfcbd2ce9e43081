// Findings in the text: squiggles with their sentence and fixes, and a mark in the gutter.

import { setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { RangeSet, StateEffect, StateField, type Extension } from "@codemirror/state";
import { Decoration, EditorView, GutterMarker, gutter } from "@codemirror/view";

export type Severity = "error" | "warning" | "info";

/** A finding with a place in the text. */
export interface Finding {
  from: number;
  to: number;
  severity: Severity;
  /** Its number among all findings. */
  number: number;
  message: string;
  /** What its fixes do, each an imperative. */
  fixes: string[];
}

/** What the reader does with a finding. */
export interface Chosen {
  marked(number: number): void;
  fixed(number: number, fix: number): void;
}

const rank: Record<Severity, number> = { error: 0, warning: 1, info: 2 };
const shapes: Record<Severity, string> = {
  error: "M5.2 1.2h5.6l4 4v5.6l-4 4H5.2l-4-4V5.2z",
  warning: "M8 2 1.4 13.6h13.2zM8 6.4v3.2M8 11.6v.1",
  info: "M8 1.9a6.1 6.1 0 1 0 0 12.2A6.1 6.1 0 1 0 8 1.9M8 7.4v3.6M8 5v.1",
};
const svg = "http://www.w3.org/2000/svg";

class Mark extends GutterMarker {
  constructor(
    readonly severity: Severity,
    readonly number: number,
  ) {
    super();
  }

  override eq(other: Mark) {
    return other.severity === this.severity && other.number === this.number;
  }

  override toDOM() {
    const mark = document.createElementNS(svg, "svg");
    mark.setAttribute("viewBox", "0 0 16 16");
    mark.setAttribute("class", `sev sev--${this.severity === "warning" ? "warn" : this.severity}`);
    const path = mark.appendChild(document.createElementNS(svg, "path"));
    path.setAttribute("d", shapes[this.severity]);
    path.setAttribute(this.severity === "error" ? "fill" : "stroke", "currentColor");
    if (this.severity !== "error") {
      path.setAttribute("fill", "none");
      path.setAttribute("stroke-width", "1.5");
      path.setAttribute("stroke-linejoin", "round");
    }
    return mark;
  }
}

const setMarks = StateEffect.define<RangeSet<Mark>>();

const marks = StateField.define<RangeSet<Mark>>({
  create: () => RangeSet.empty,
  update(set, transaction) {
    const given = transaction.effects.find((effect) => effect.is(setMarks));
    return given ? given.value : transaction.docChanged ? set.map(transaction.changes) : set;
  },
});

/** The line of the finding that the reader has selected. */
export const selectLine = StateEffect.define<number | null>();

const selectedLine = StateField.define<RangeSet<Decoration>>({
  create: () => Decoration.none,
  update(set, transaction) {
    const given = transaction.effects.find((effect) => effect.is(selectLine));
    if (!given) return set.map(transaction.changes);
    if (given.value === null || given.value > transaction.newDoc.length) return Decoration.none;
    const line = transaction.newDoc.lineAt(given.value);
    return Decoration.set(Decoration.line({ class: "cm-selected-line" }).range(line.from));
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Shows these findings in place of those before. */
export function show(view: EditorView, findings: Finding[], chosen: Chosen): void {
  const { doc } = view.state;
  const worst = new Map<number, Finding>();
  for (const finding of findings) {
    const { from } = doc.lineAt(finding.from);
    const there = worst.get(from);
    if (!there || rank[finding.severity] < rank[there.severity]) worst.set(from, finding);
  }
  const ranges = [...worst].map(([from, { severity, number }]) => new Mark(severity, number).range(from));
  const diagnostic = ({ from, to, severity, number, message, fixes }: Finding): Diagnostic => ({
    from,
    to,
    severity,
    message,
    actions: fixes.map((name, fix) => ({ name, apply: () => chosen.fixed(number, fix) })),
  });
  view.dispatch(setDiagnostics(view.state, findings.map(diagnostic)), {
    effects: setMarks.of(RangeSet.of(ranges, true)),
  });
}

/** The gutter of marks; a click on one selects its finding. */
export function findings(chosen: Chosen): Extension {
  const column = gutter({
    class: "cm-marks",
    renderEmptyElements: true,
    markers: (view) => view.state.field(marks),
    domEventHandlers: {
      mousedown(view, line) {
        const { value } = view.state.field(marks).iter(line.from);
        if (!(value instanceof Mark)) return false;
        chosen.marked(value.number);
        return true;
      },
    },
  });
  return [marks, selectedLine, column];
}
