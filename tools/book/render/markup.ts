/** Changes to the tags of HTML or SVG that leave every other character as it is. */

const TAG = /<!--[\s\S]*?-->|<\/?[a-zA-Z](?:"[^"]*"|'[^']*'|[^"'>])*>/g;
const ATTRIBUTE = /([\s"'/])([a-zA-Z_:][\w:.-]*)(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)/g;

/** An attribute of a tag. */
export interface Attribute {
  /** Name of the element, lower case. */
  element: string;
  /** Name of the attribute, lower case. */
  name: string;
  /** Value as written, without its quotes. */
  value: string;
}

/** Every attribute of the markup, in order; comments have none. */
export function attributes(markup: string): Attribute[] {
  const found: Attribute[] = [];
  changeAttributes(markup, (attribute) => {
    found.push(attribute);
    return attribute.value;
  });
  return found;
}

/** The names of the elements that the markup opens, lower case, in order. */
export function elements(markup: string): string[] {
  return [...markup.matchAll(TAG)].flatMap(([tag]) => {
    const name = /^<([a-zA-Z][\w:-]*)/.exec(tag)?.[1];
    return name === undefined ? [] : [name.toLowerCase()];
  });
}

/** The markup with each attribute's value as `change` gives it. */
export function changeAttributes(
  markup: string,
  change: (attribute: Attribute) => string,
): string {
  return markup.replaceAll(TAG, (tag) => {
    const element = /^<([a-zA-Z][\w:-]*)/.exec(tag)?.[1].toLowerCase();
    if (element === undefined) return tag;
    return tag.replaceAll(ATTRIBUTE, (_, before, name, equals, quoted) => {
      const quote = /^["']/.exec(quoted)?.[0] ?? "";
      const value = quote === "" ? quoted : quoted.slice(1, -1);
      const changed = change({ element, name: name.toLowerCase(), value });
      return `${before}${name}${equals}${quote}${changed}${quote}`;
    });
  });
}

/** The markup with a prefix before each id and each reference to one, so that two figures never share an id. */
export function prefixIds(markup: string, prefix: string): string {
  const ids = new Set(
    attributes(markup).filter(({ name }) => name === "id").map(({ value }) => value),
  );
  if (ids.size === 0) return markup;
  const prefixed = (id: string) => ids.has(id) ? `${prefix}${id}` : id;
  return changeAttributes(markup, ({ name, value }) => {
    if (name === "id" || name === "for") return prefixed(value);
    if (name === "href" || name === "xlink:href") {
      return value.startsWith("#") ? `#${prefixed(value.slice(1))}` : value;
    }
    if (name.startsWith("aria-")) {
      return /^aria-(labelledby|describedby|controls|owns|details|flowto)$/.test(name)
        ? value.split(/\s+/).map(prefixed).join(" ")
        : value;
    }
    return value.replaceAll(
      /url\((["']?)#([^)"']+)\1\)/g,
      (_, quote, id) => `url(${quote}#${prefixed(id)}${quote})`,
    );
  });
}
