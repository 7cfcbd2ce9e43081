// The editor of Advise: a thin layer over CodeMirror, loaded when the page opens that workspace.
//
// Offsets are UTF-16 code units of the text itself. The page says what to show about a text and hears of every
// change; it never writes the text while the reader edits, but asks for edits, which can be undone.

import { closeBrackets } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, Prec, type Extension } from "@codemirror/state";
import {
  EditorView,
  drawSelection,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { findings, selectLine, show, type Chosen, type Finding } from "./findings.ts";
import { breakLine, lineEnds } from "./line-ends.ts";
import { lookup, type Lookup } from "./lookup.ts";
import { paint, setSheet } from "./paint.ts";
import { styles } from "./styles.ts";

/** What the page is told. */
interface Page extends Chosen, Lookup {
  changed(text: string): void;
  moved(line: number): void;
}

interface Edit {
  from: number;
  to: number;
  insert: string;
}

class Editor {
  readonly #view: EditorView;
  readonly #page: Page;
  readonly #extensions: Extension;
  /** The texts that were shown before, with their history. */
  readonly #states = new Map<number, EditorState>();
  #shown = -1;

  constructor(parent: HTMLElement, page: Page) {
    this.#page = page;
    this.#extensions = [
      lineEnds,
      lineNumbers(),
      findings(page),
      highlightActiveLineGutter(),
      highlightSpecialChars(),
      highlightSelectionMatches(),
      history(),
      drawSelection(),
      EditorState.allowMultipleSelections.of(true),
      EditorState.tabSize.of(4),
      closeBrackets(),
      lookup(page),
      paint,
      styles,
      Prec.high(keymap.of([{ key: "Enter", run: breakLine }])),
      keymap.of([...searchKeymap, ...historyKeymap, ...defaultKeymap]),
      EditorView.contentAttributes.of({
        "aria-label": "Consumer configuration",
        "aria-describedby": "editor-hint",
        "data-testid": "editor",
        // Else axe doesn't see that the scrolled region can be reached.
        tabindex: "0",
      }),
      // Files belong to the page, which opens them beside this text.
      EditorView.domEventHandlers({ drop: (event) => Boolean(event.dataTransfer?.files.length) }),
      EditorView.updateListener.of(({ state, docChanged, selectionSet }) => {
        if (docChanged) page.changed(state.sliceDoc());
        if (docChanged || selectionSet) {
          const { head } = state.selection.main;
          page.moved(state.doc.lineAt(head).number - 1);
        }
      }),
    ];
    this.#view = new EditorView({ parent });
  }

  /** Shows a text by its number: as it was left, or else `text`. */
  show(number: number, text: string): void {
    if (number === this.#shown) return;
    if (this.#shown >= 0) this.#states.set(this.#shown, this.#view.state);
    this.#shown = number;
    const known = this.#states.get(number);
    const kept = known?.sliceDoc() === text ? known : undefined;
    this.#view.setState(kept ?? EditorState.create({ doc: text, extensions: this.#extensions }));
  }

  /** Forgets a text that is closed. */
  forget(number: number): void {
    this.#states.delete(number);
    if (number === this.#shown) this.#shown = -1;
  }

  /** Shows what is said about a text of this length; about another one, nothing. `found` is JSON of [Finding]. */
  say(length: number, tokens: Uint32Array, secrets: Uint32Array, found: string): void {
    if (length !== this.#view.state.doc.length) return;
    // Copies: the lists lie in the memory of the page.
    this.#view.dispatch({ effects: setSheet.of({ tokens: tokens.slice(), secrets: secrets.slice() }) });
    show(this.#view, JSON.parse(found) as Finding[], this.#page);
  }

  /** Marks the line at an offset as that of the selected finding; none below zero. */
  select(offset: number): void {
    this.#view.dispatch({ effects: selectLine.of(offset < 0 ? null : offset) });
  }

  /** Brings an offset into view. */
  reveal(offset: number): void {
    const at = Math.min(offset, this.#view.state.doc.length);
    this.#view.dispatch({ effects: EditorView.scrollIntoView(at, { y: "nearest", yMargin: 80 }) });
  }

  /** Puts the caret to an offset. */
  caret(offset: number): void {
    const anchor = Math.min(offset, this.#view.state.doc.length);
    this.#view.dispatch({ selection: { anchor } });
    this.reveal(anchor);
    this.#view.focus();
  }

  /** Replaces pieces of the text as if typed: it can be undone in one step. `edits` is JSON of [Edit]. */
  edit(edits: string): void {
    const { state } = this.#view;
    const changes = (JSON.parse(edits) as Edit[]).map(({ from, to, insert }) => ({ from, to, insert: state.toText(insert) }));
    this.#view.dispatch({ changes, userEvent: "input.fix" });
    this.#view.focus();
  }

  close(): void {
    this.#view.destroy();
  }
}

/** Opens an editor. `look` resolves to JSON. */
export function open(
  parent: HTMLElement,
  changed: (text: string) => void,
  moved: (line: number) => void,
  marked: (number: number) => void,
  fixed: (number: number, fix: number) => void,
  look: (completions: boolean, at: number, length: number) => Promise<string>,
): Editor {
  const ask = async <T>(completions: boolean, at: number, length: number): Promise<T | null> =>
    JSON.parse(await look(completions, at, length)) as T | null;
  return new Editor(parent, {
    changed,
    moved,
    marked,
    fixed,
    complete: (at, length) => ask(true, at, length),
    describe: (at, length) => ask(false, at, length),
  });
}

/** The names and texts of files, as JSON. */
export async function read(files: FileList): Promise<string> {
  const texts = [...files].map(async (file) => ({ name: file.name, text: await file.text() }));
  return JSON.stringify(await Promise.all(texts));
}
