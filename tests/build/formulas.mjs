// Formulas of the built site: `<span data-tex="\log p(x)"></span>` becomes MathML, which browsers
// typeset and screen readers read, so no visitor downloads a typesetter or its fonts.
import katex from 'katex';

/** A formula as it stands in the sources: a span of its own with nothing inside. */
const FORMULA = /<span([^>]*?) data-tex="([^"]*)"([^>]*)><\/span>/g;
const ENTITIES = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

/** What the formulas may abbreviate. */
const MACROS = {
  '\\E': '\\mathbb{E}_{#1}\\left[#2\\right]',
  '\\KL': '\\operatorname{KL}\\left(#1 \\| #2\\right)',
};

/**
 * One formula as MathML; TeX that KaTeX does not know is an error that names it.
 * @param {string} tex
 */
export function mathOf(tex) {
  const html = katex.renderToString(tex, {
    output: 'mathml',
    strict: 'error',
    macros: { ...MACROS },
  });
  return (
    html
      // The source would be read aloud by some readers, and be found by the browser's search.
      .replace(/<annotation[^>]*>.*?<\/annotation>/s, '')
      .replace(/<\/?semantics>/g, '')
      // MathML Core knows no mathvariant but 'normal': the letter itself must be the variant.
      .replaceAll('<mi mathvariant="double-struck">E</mi>', '<mi>𝔼</mi>')
      .replaceAll('<mi mathvariant="script">L</mi>', '<mi>ℒ</mi>')
  );
}

/**
 * The text of a page with its formulas typeset.
 * @param {string} html
 */
export function withFormulas(html) {
  const typeset = html.replace(FORMULA, (_, before, tex, after) => {
    const source = tex.replace(/&(amp|lt|gt|quot);/g, (entity) => ENTITIES[entity]);
    return `<span${before}${after}>${mathOf(source)}</span>`;
  });
  const left = typeset.match(/<[^>]* data-tex=[^>]*>/);
  if (left) {
    throw new Error(`${left[0]}: a formula is an empty span on one line.`);
  }
  return typeset;
}
