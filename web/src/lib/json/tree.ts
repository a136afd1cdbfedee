import { isContainer, sourceOf, stringOf, type JsonDocument, type JsonNode } from "./node";

/** A line of the tree. */
export interface TreeRow {
  node: JsonNode;
  depth: number;
}

/** Rows that are unfolded at the beginning, level by level. */
const ROWS_AT_FIRST = 150;

/** Most places that a search finds. */
export const MOST_MATCHES = 10_000;

/** The containers that are unfolded at the beginning: as many levels as fit. */
export function openAtFirst(root: JsonNode): Set<JsonNode> {
  const open = new Set<JsonNode>();
  let rows = 1;
  let level = [root].filter(isContainer);
  while (level.length > 0) {
    const next: JsonNode[] = [];
    for (const node of level) {
      if (node !== root && rows + node.children.length > ROWS_AT_FIRST) continue;
      rows += node.children.length;
      open.add(node);
      next.push(...node.children.filter((child) => child.children.length > 0));
    }
    level = rows < ROWS_AT_FIRST ? next : [];
  }
  return open;
}

/** Every container with values. */
export function allContainers(root: JsonNode): Set<JsonNode> {
  const all = new Set<JsonNode>();
  visit(root, (node) => {
    if (node.children.length > 0) all.add(node);
    return true;
  });
  return all;
}

/** The rows that are not in folded containers. */
export function treeRows(root: JsonNode, open: ReadonlySet<JsonNode>): TreeRow[] {
  const rows: TreeRow[] = [];
  const add = (node: JsonNode, depth: number): void => {
    rows.push({ node, depth });
    if (open.has(node)) for (const child of node.children) add(child, depth + 1);
  };
  add(root, 0);
  return rows;
}

/** The values whose names or own texts contain `text`, in any case, in the order of the document. */
export function findInTree(document: JsonDocument, text: string): JsonNode[] {
  const wanted = text.toLowerCase();
  const found: JsonNode[] = [];
  if (wanted === "") return found;
  visit(document.root, (node) => {
    const isFound =
      (typeof node.name === "string" && node.name.toLowerCase().includes(wanted)) ||
      (!isContainer(node) && ownText(document, node).toLowerCase().includes(wanted));
    if (isFound) found.push(node);
    return found.length < MOST_MATCHES;
  });
  return found;
}

/** The characters that the tree shows for a value that is no container. */
export const ownText = (document: JsonDocument, node: JsonNode): string =>
  node.kind === "string" ? stringOf(document, node) : sourceOf(document, node);

/** The containers around a value. */
export function ancestorsOf(node: JsonNode): JsonNode[] {
  const ancestors: JsonNode[] = [];
  for (let at = node.parent; at; at = at.parent) ancestors.push(at);
  return ancestors;
}

/** Visits the nodes in the order of the text until `see` returns `false`. */
function visit(node: JsonNode, see: (node: JsonNode) => boolean): boolean {
  return see(node) && node.children.every((child) => visit(child, see));
}
