// What the advisor knows about keys and values: completion while typing, documentation under the pointer.

import { autocompletion, type Completion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import type { Extension } from "@codemirror/state";
import { hoverTooltip, type EditorView, type Tooltip } from "@codemirror/view";

/** A property of the consumer. */
export interface Documentation {
  title: string;
  meaning: string;
  /** Type, default and the like: name and text. */
  facts: [string, string][];
}

export interface Completions {
  from: number;
  to: number;
  options: { label: string; detail: string; documentation: Documentation | null }[];
}

export interface Described {
  from: number;
  to: number;
  documentation: Documentation;
}

/** Asks the advisor about a place in the text as it is now. */
export interface Lookup {
  complete(at: number, length: number): Promise<Completions | null>;
  describe(at: number, length: number): Promise<Described | null>;
}

function page({ title, meaning, facts }: Documentation): HTMLElement {
  const text = <K extends keyof HTMLElementTagNameMap>(name: K, content: string) => {
    const element = document.createElement(name);
    element.textContent = content;
    return element;
  };
  const list = document.createElement("dl");
  for (const [name, value] of facts) list.append(text("dt", name), text("dd", value));
  const page = document.createElement("div");
  page.className = "cm-documentation";
  page.append(text("h4", title), text("p", meaning), list);
  return page;
}

export function lookup({ complete, describe }: Lookup): Extension {
  const completed = async (context: CompletionContext): Promise<CompletionResult | null> => {
    const word = context.matchBefore(/[\w.@-]+/);
    if (!word && !context.explicit) return null;
    const found = await complete(context.pos, context.state.doc.length);
    if (!found || context.aborted) return null;
    const options = found.options.map(({ label, detail, documentation }): Completion => ({
      label,
      detail,
      ...(documentation && { info: () => page(documentation) }),
    }));
    return { from: found.from, to: found.to, options, validFor: /^[\w.@-]*$/ };
  };
  const described = async (view: EditorView, at: number): Promise<Tooltip | null> => {
    const { doc } = view.state;
    const found = await describe(at, doc.length);
    if (!found || view.state.doc !== doc) return null;
    return { pos: found.from, end: found.to, above: true, create: () => ({ dom: page(found.documentation) }) };
  };
  return [autocompletion({ override: [completed], icons: false }), hoverTooltip(described)];
}
