// Lets xterm.js draw under a content security policy that allows no inline styles. xterm.js puts its rules into `<style>`
// elements and the colours of cells into `style` attributes; the policy blocks both. Style sheets of a document and the
// properties of `element.style` are not inline styles, so elements that use those instead take their place.
//
// The option `documentOverride` of xterm.js is meant for such cases, but version 6.0 creates the style element of its
// viewport and the cells of its DOM renderer with the document of the window.

let users = 0;

/**
 * From now on `document.createElement` creates elements that the policy allows to be styled. Returns a function that
 * restores it; with several users, the last one does.
 */
export function useStyledElements(): () => void {
  users += 1;
  document.createElement = createElement;
  let isUsed = true;
  return () => {
    if (!isUsed) return;
    isUsed = false;
    users -= 1;
    // The method of the prototype is visible again.
    if (users === 0) Reflect.deleteProperty(document, "createElement");
  };
}

function createElement(name: string, options?: ElementCreationOptions): HTMLElement {
  const create = Document.prototype.createElement.bind(document);
  if (name === "style") return sheetElement(create("span"));
  const element = create(name, options);
  return name === "span" ? styledElement(element) : element;
}

/** Makes `element` invisible, and its text a style sheet of the document until it is removed. */
function sheetElement(element: HTMLElement): HTMLElement {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  element.hidden = true;
  let text = "";
  Object.defineProperty(element, "textContent", {
    get: () => text,
    set(rules: string) {
      text = rules;
      sheet.replaceSync(rules);
    },
  });
  element.remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((adopted) => adopted !== sheet);
    Element.prototype.remove.call(element);
  };
  return element;
}

/** Makes the attribute `style` of `element` set its properties. */
function styledElement(element: HTMLElement): HTMLElement {
  element.setAttribute = (name, value) => {
    if (name === "style") element.style.cssText = value;
    else Element.prototype.setAttribute.call(element, name, value);
  };
  return element;
}
