/** Formulas, set by KaTeX when the book is made: pages need its style sheet and fonts, and no script. */
import type MarkdownIt from "markdown-it";
import plugin from "@vscode/markdown-it-katex";
import katex, { type KatexOptions } from "katex";

type Plugin = (md: ReturnType<typeof MarkdownIt>, options: object) => void;
// A CommonJS module: its default export is the module itself or the function, as the runtime has it.
const use = ((plugin as { default?: unknown }).default ?? plugin) as Plugin;

/** A formula that cannot be set, and why. */
export interface FormulaProblem {
  formula: string;
  message: string;
}

/** Teaches a renderer formulas between dollar signs; those that cannot be set are reported. */
export function addMaths(
  md: ReturnType<typeof MarkdownIt>,
  report: (problem: FormulaProblem) => void,
): void {
  // The plugin shows errors in the page; here they must stop the book.
  const renderToString = (formula: string, options?: KatexOptions) => {
    try {
      return katex.renderToString(formula, { ...options, throwOnError: true, strict: "error" });
    } catch (error) {
      report({ formula, message: (error as Error).message });
      throw error;
    }
  };
  use(md, { katex: { ...katex, renderToString } });
}
