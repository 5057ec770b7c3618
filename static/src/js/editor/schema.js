// What a text that is written together is made of. The server draws the same nodes and marks and no others; what it does not
// know falls away there, and its text stays. Every block takes the direction of its own words.

import { Mark, Node, markInputRule, mergeAttributes, nodeInputRule, textblockTypeInputRule, wrappingInputRule } from "@tiptap/core"
import { goToNextCell, tableEditing } from "@tiptap/pm/tables"

const AUTO = { dir: "auto" }

const Document = Node.create({ name: "doc", topNode: true, content: "block+" })

const Text = Node.create({ name: "text", group: "inline" })

const Paragraph = Node.create({
  name: "paragraph",
  priority: 1000, // what a new block is
  group: "block",
  content: "inline*",
  parseHTML: () => [{ tag: "p" }],
  renderHTML: () => ["p", AUTO, 0],
  addKeyboardShortcuts() {
    return { "Mod-Alt-0": () => this.editor.commands.setNode("paragraph") }
  },
})

/** The second and the third heading of a text; on a page, which has headings above it, they are drawn one step lower. */
const Heading = Node.create({
  name: "heading",
  group: "block",
  content: "inline*",
  defining: true,
  addAttributes: () => ({ level: { default: 2, rendered: false } }),
  parseHTML: () => [
    ...[2, 3].map((level) => ({ tag: `[data-level="${level}"]`, attrs: { level } })),
    ...[1, 2, 3, 4, 5, 6].map((level) => ({ tag: `h${level}`, attrs: { level: level > 2 ? 3 : 2 } })),
  ],
  renderHTML: ({ node: { attrs } }) => [attrs.level === 3 ? "h4" : "h3", { ...AUTO, "data-level": attrs.level }, 0],
  addKeyboardShortcuts() {
    return Object.fromEntries([2, 3].map((level) => [`Mod-Alt-${level}`, () => this.editor.commands.toggleNode("heading", "paragraph", { level })]))
  },
  addInputRules() {
    return [2, 3].map((level) => textblockTypeInputRule({ find: new RegExp(`^#{${level}}\\s$`), type: this.type, getAttributes: { level } }))
  },
})

const Blockquote = Node.create({
  name: "blockquote",
  group: "block",
  content: "block+",
  defining: true,
  parseHTML: () => [{ tag: "blockquote" }],
  renderHTML: () => ["blockquote", AUTO, 0],
  addKeyboardShortcuts() {
    return { "Mod-Shift-b": () => this.editor.commands.toggleWrap("blockquote") }
  },
  addInputRules() {
    return [wrappingInputRule({ find: /^\s*>\s$/, type: this.type })]
  },
})

const list = (name, tag, key, find, attributes = {}) =>
  Node.create({
    name,
    group: "block list",
    content: "listItem+",
    addAttributes: () => attributes,
    parseHTML: () => [{ tag }],
    renderHTML: ({ HTMLAttributes }) => [tag, { ...AUTO, ...HTMLAttributes }, 0],
    addKeyboardShortcuts() {
      return { [key]: () => this.editor.commands.toggleList(name, "listItem") }
    },
    addInputRules() {
      return [wrappingInputRule({ find, type: this.type, getAttributes: ([, number]) => (Number(number) > 1 ? { start: Number(number) } : {}) })]
    },
  })

/** The number of the first entry where it is not 1. */
const START = { start: { default: null, parseHTML: ({ start }) => (start > 1 ? start : null) } }

const ListItem = Node.create({
  name: "listItem",
  content: "paragraph block*",
  defining: true,
  parseHTML: () => [{ tag: "li" }],
  renderHTML: () => ["li", AUTO, 0],
  addKeyboardShortcuts() {
    return {
      Enter: () => this.editor.commands.splitListItem("listItem"),
      Tab: () => this.editor.commands.sinkListItem("listItem"),
      "Shift-Tab": () => this.editor.commands.liftListItem("listItem"),
      // At the beginning of an item Backspace takes it out of its list.
      Backspace: () => {
        const { empty, $from } = this.editor.state.selection
        const isAtStart = empty && $from.parentOffset === 0 && $from.depth > 1 && $from.node(-1).type === this.type && $from.index(-1) === 0
        return isAtStart && this.editor.commands.liftListItem("listItem")
      },
    }
  },
})

const HardBreak = Node.create({
  name: "hardBreak",
  group: "inline",
  inline: true,
  selectable: false,
  linebreakReplacement: true,
  parseHTML: () => [{ tag: "br" }],
  renderHTML: () => ["br"],
  renderText: () => "\n",
  addKeyboardShortcuts() {
    return { "Shift-Enter": () => this.editor.commands.insertContent({ type: "hardBreak" }) }
  },
})

const HorizontalRule = Node.create({
  name: "horizontalRule",
  group: "block",
  parseHTML: () => [{ tag: "hr" }],
  renderHTML: () => ["hr"],
  addInputRules() {
    return [nodeInputRule({ find: /^---$/, type: this.type })]
  },
})

// Cells are not joined: a table of minutes is rows and columns, as a screen reader reads it.
const CELL = {
  content: "block+",
  isolating: true,
  addAttributes: () => ({ colspan: { default: 1, parseHTML: () => 1, rendered: false }, rowspan: { default: 1, parseHTML: () => 1, rendered: false }, colwidth: { default: null, rendered: false } }),
}

const Table = Node.create({
  name: "table",
  group: "block",
  content: "tableRow+",
  isolating: true,
  extendNodeSchema: ({ name }) => ({ table: "table", tableRow: "row", tableCell: "cell", tableHeader: "header_cell" })[name] && { tableRole: { table: "table", tableRow: "row", tableCell: "cell", tableHeader: "header_cell" }[name] },
  parseHTML: () => [{ tag: "table" }],
  renderHTML: () => ["table", ["tbody", 0]],
  addProseMirrorPlugins: () => [tableEditing()],
  addKeyboardShortcuts() {
    const go = (direction) => this.editor.commands.command(({ state, dispatch }) => goToNextCell(direction)(state, dispatch))
    return { Tab: () => go(1), "Shift-Tab": () => go(-1) }
  },
})

const TableRow = Node.create({ name: "tableRow", content: "(tableCell | tableHeader)*", parseHTML: () => [{ tag: "tr" }], renderHTML: () => ["tr", 0] })

const TableCell = Node.create({ name: "tableCell", ...CELL, parseHTML: () => [{ tag: "td" }], renderHTML: () => ["td", AUTO, 0] })

const TableHeader = Node.create({ name: "tableHeader", ...CELL, parseHTML: () => [{ tag: "th" }], renderHTML: () => ["th", AUTO, 0] })

const mark = (name, tag, { tags = [], styles = [], key, rules = [] }) =>
  Mark.create({
    name,
    parseHTML: () => [...[tag, ...tags].map((each) => ({ tag: each })), ...styles],
    renderHTML: () => [tag, 0],
    addKeyboardShortcuts() {
      return { [key]: () => this.editor.commands.toggleMark(name) }
    },
    addInputRules() {
      return rules.map((find) => markInputRule({ find, type: this.type }))
    },
  })

const Bold = mark("bold", "strong", { tags: ["b"], key: "Mod-b", rules: [/(?:^|\s)(\*\*(?!\s)((?:[^*]+))\*\*)$/] })
const Italic = mark("italic", "em", { tags: ["i"], key: "Mod-i", rules: [/(?:^|\s)(\*(?!\s)((?:[^*]+))\*)$/] })
const Underline = mark("underline", "u", { key: "Mod-u" })
const Strike = mark("strike", "s", { tags: ["del:not([data-by])", "strike"], key: "Mod-Shift-s" })

/** An address that may be linked: http, https, mailto, and paths of our own. */
export const isSafe = (address) => /^(https?:\/\/|mailto:|\/(?!\/))\S+$/i.test(address)

const Link = Mark.create({
  name: "link",
  inclusive: false,
  addAttributes: () => ({ href: { default: null } }),
  parseHTML: () => [{ tag: "a[href]", getAttrs: (element) => isSafe(element.getAttribute("href")) && null }],
  renderHTML: ({ HTMLAttributes }) => ["a", mergeAttributes(HTMLAttributes, { rel: "noopener" }), 0],
})

const Comment = Mark.create({
  name: "comment",
  inclusive: false,
  addAttributes: () => ({ id: { default: null, parseHTML: (element) => Number(element.dataset.comment), renderHTML: ({ id }) => ({ "data-comment": id }) } }),
  parseHTML: () => [{ tag: "mark[data-comment]" }],
  renderHTML: ({ HTMLAttributes }) => ["mark", HTMLAttributes, 0],
})

/** What somebody suggests to put in or to take out, with their id and the time. */
const suggestion = (name, tag) =>
  Mark.create({
    name,
    inclusive: false,
    addAttributes: () => ({
      by: { default: null, parseHTML: (element) => Number(element.dataset.by), renderHTML: ({ by }) => ({ "data-by": by }) },
      at: { default: null, parseHTML: (element) => element.dataset.at, renderHTML: ({ at }) => ({ "data-at": at }) },
    }),
    parseHTML: () => [{ tag: `${tag}[data-by]` }],
    renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
  })

export const SCHEMA = [
  Document, Text, Paragraph, Heading, Blockquote,
  list("bulletList", "ul", "Mod-Shift-8", /^\s*[-+*]\s$/), list("orderedList", "ol", "Mod-Shift-7", /^(\d+)[.)]\s$/, START), ListItem,
  HardBreak, HorizontalRule, Table, TableRow, TableCell, TableHeader,
  Bold, Italic, Underline, Strike, Link, Comment, suggestion("insertion", "ins"), suggestion("deletion", "del"),
]
