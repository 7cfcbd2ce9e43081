// Colours from the advisor's tokens, and dots over secrets. Both are about the text as it was judged last; until the
// next answer they move with the text.

import { ChangeSet, RangeSetBuilder, StateEffect, StateField, type ChangeDesc, type Extension } from "@codemirror/state";
import {
  Decoration,
  ViewPlugin,
  WidgetType,
  type DecorationSet,
  type EditorView,
  type ViewUpdate,
} from "@codemirror/view";

/** What is to be painted: begin, end and kind of each token; begin and end of each secret. */
export interface Sheet {
  tokens: Uint32Array;
  secrets: Uint32Array;
}

interface Painted extends Sheet {
  /** What has changed since. */
  since: ChangeDesc;
}

export const setSheet = StateEffect.define<Sheet>();

const sheet = StateField.define<Painted | null>({
  create: () => null,
  update(painted, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setSheet)) {
        return { ...effect.value, since: ChangeSet.empty(transaction.newDoc.length).desc };
      }
    }
    if (!painted || !transaction.docChanged) return painted;
    return { ...painted, since: painted.since.composeDesc(transaction.changes.desc) };
  },
});

const kinds = ["syn-key", "syn-value", "syn-comment", "syn-punct"].map((name) => Decoration.mark({ class: name }));

class Dots extends WidgetType {
  constructor(readonly count: number) {
    super();
  }

  override eq(other: Dots) {
    return other.count === this.count;
  }

  toDOM() {
    const dots = document.createElement("span");
    dots.className = "cm-secret";
    dots.textContent = "•".repeat(Math.min(this.count, 400));
    dots.setAttribute("aria-label", "secret");
    dots.setAttribute("role", "img");
    return dots;
  }
}

/** The first of `count` ordered pieces of `size` numbers that ends after `at`. */
function firstAfter(list: Uint32Array, size: number, at: number): number {
  let [low, high] = [0, list.length / size];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle * size + 1]! <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function decorations(view: EditorView): DecorationSet {
  const painted = view.state.field(sheet);
  const builder = new RangeSetBuilder<Decoration>();
  if (!painted) return builder.finish();
  const { tokens, secrets, since } = painted;
  const before = since.invertedDesc;
  const { head } = view.state.selection.main;
  const shown = view.hasFocus ? view.state.doc.lineAt(head) : null;
  const length = view.state.doc.length;
  let done = 0;
  const add = (from: number, to: number, what: Decoration) => {
    if (from >= done && to > from && to <= length) {
      builder.add(from, to, what);
      done = to;
    }
  };
  for (const { from, to } of view.visibleRanges) {
    const [start, end] = [before.mapPos(from, -1), before.mapPos(to, 1)];
    let secret = firstAfter(secrets, 2, start);
    for (let at = firstAfter(tokens, 3, start); at * 3 < tokens.length && tokens[at * 3]! < end; at++) {
      const [begin, stop] = [since.mapPos(tokens[at * 3]!, 1), since.mapPos(tokens[at * 3 + 1]!, 1)];
      const kind = kinds[tokens[at * 3 + 2]!]!;
      let next = begin;
      // What is being typed must be seen by the one who types.
      for (; secret * 2 < secrets.length && secrets[secret * 2]! < tokens[at * 3 + 1]!; secret++) {
        const [first, last] = [since.mapPos(secrets[secret * 2]!, 1), since.mapPos(secrets[secret * 2 + 1]!, 1)];
        if (shown && first <= shown.to && last >= shown.from) continue;
        add(next, first, kind);
        add(first, last, Decoration.replace({ widget: new Dots(last - first) }));
        next = last;
      }
      add(next, stop, kind);
    }
  }
  return builder.finish();
}

const plugin = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = decorations(view);
    }

    update(update: ViewUpdate) {
      const repaint = update.startState.field(sheet) !== update.state.field(sheet);
      if (repaint || update.viewportChanged || update.selectionSet || update.focusChanged) {
        this.decorations = decorations(update.view);
      }
    }
  },
  { decorations: (it) => it.decorations },
);

export const paint: Extension = [sheet, plugin];
