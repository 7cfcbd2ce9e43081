// Line ends as they were: a text with CR LF keeps them, whatever is edited.
//
// Lines end at LF alone, so that offsets are those of the text itself. A CR before it belongs to its line, is not
// shown, and goes and comes together with its LF.

import { EditorSelection, EditorState, RangeSetBuilder, type Extension } from "@codemirror/state";
import {
  Decoration,
  EditorView,
  ViewPlugin,
  type Command,
  type DecorationSet,
  type ViewUpdate,
} from "@codemirror/view";

const hidden = Decoration.replace({});

/** The lines in view that end with CR: its place, and `beyond` places behind it. */
function carriageReturns(view: EditorView, beyond: number): DecorationSet {
  const { doc } = view.state;
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to; ) {
      const line = doc.lineAt(at);
      if (line.text.endsWith("\r")) builder.add(line.to - 1, Math.min(line.to + beyond, doc.length), hidden);
      at = line.to + 1;
    }
  }
  return builder.finish();
}

/** A line break as the line before it has one. */
export const breakLine: Command = (view) => {
  const { state } = view;
  if (state.readOnly) return false;
  const change = state.changeByRange(({ from, to }) => {
    const line = state.doc.lineAt(from);
    const before = line.number > 1 ? state.doc.line(line.number - 1) : line;
    const end = line.text.endsWith("\r") || before.text.endsWith("\r") ? "\r\n" : "\n";
    const indent = line.text.slice(0, from - line.from).match(/^[ \t]*/)![0];
    const at = from + end.length + indent.length;
    return { changes: { from, to, insert: state.toText(end + indent) }, range: EditorSelection.cursor(at) };
  });
  view.dispatch(state.update(change, { scrollIntoView: true, userEvent: "input" }));
  return true;
};

const plugin = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = carriageReturns(view, 0);
    }

    update(update: ViewUpdate) {
      if (update.docChanged || update.viewportChanged) this.decorations = carriageReturns(update.view, 0);
    }
  },
  { decorations: (it) => it.decorations },
);

/** Both characters of a line end, as one that nothing stops in. */
const whole = EditorView.atomicRanges.of((view) => carriageReturns(view, 1));

/** The caret stands before both. */
const before = EditorState.transactionFilter.of((transaction) => {
  if (!transaction.selection) return transaction;
  const { newDoc, newSelection } = transaction;
  const outside = (at: number) => (newDoc.sliceString(Math.max(at - 1, 0), at + 1) === "\r\n" ? at - 1 : at);
  const ranges = newSelection.ranges.map(({ anchor, head }) => EditorSelection.range(outside(anchor), outside(head)));
  if (ranges.every((range, index) => range.eq(newSelection.ranges[index]!))) return transaction;
  return [transaction, { selection: EditorSelection.create(ranges, newSelection.mainIndex), sequential: true }];
});

export const lineEnds: Extension = [EditorState.lineSeparator.of("\n"), plugin, whole, before];
