// What the buttons, the menus and the slash do. Their words, icons and keys stand in the template; here is only what happens.

import { addColumnAfter, addRowAfter, deleteColumn, deleteRow, deleteTable, toggleHeaderRow } from "@tiptap/pm/tables"

const COLUMNS = 3
const ROWS = 3

const run = (command) => (editor) => editor.chain().focus().command(({ state, dispatch }) => command(state, dispatch)).run()
const toggle = (mark) => ({ act: (editor) => editor.chain().focus().toggleMark(mark).run(), isOn: (editor) => editor.isActive(mark) })
const heading = (level) => ({ act: (editor) => editor.chain().focus().toggleNode("heading", "paragraph", { level }).run(), isOn: (editor) => editor.isActive("heading", { level }) })
const list = (name) => ({ act: (editor) => editor.chain().focus().toggleList(name, "listItem").run(), isOn: (editor) => editor.isActive(name) })

const cell = (type) => ({ type, content: [{ type: "paragraph" }] })
const row = (type) => ({ type: "tableRow", content: Array.from({ length: COLUMNS }, () => cell(type)) })

export const COMMANDS = {
  bold: toggle("bold"),
  italic: toggle("italic"),
  underline: toggle("underline"),
  strike: toggle("strike"),
  heading2: heading(2),
  heading3: heading(3),
  bullets: list("bulletList"),
  numbers: list("orderedList"),
  quote: { act: (editor) => editor.chain().focus().toggleWrap("blockquote").run(), isOn: (editor) => editor.isActive("blockquote") },
  rule: { act: (editor) => editor.chain().focus().insertContent({ type: "horizontalRule" }).run() },
  table: {
    act: (editor) => {
      if (editor.isActive("table")) return
      const { from } = editor.state.selection
      const rows = [row("tableHeader"), ...Array.from({ length: ROWS - 1 }, () => row("tableCell"))]
      editor.chain().focus().insertContent({ type: "table", content: rows }).run()
      // On into the first cell, which comes first behind the place where the caret was.
      let into = null
      editor.state.doc.nodesBetween(Math.max(0, from - 1), editor.state.doc.content.size, (node, pos) => {
        if (node.type.name === "tableHeader") into ??= pos + 2
        return into === null
      })
      if (into !== null) editor.commands.setTextSelection(into)
    },
  },
  "row-add": { act: run(addRowAfter) },
  "row-remove": { act: run(deleteRow) },
  "column-add": { act: run(addColumnAfter) },
  "column-remove": { act: run(deleteColumn) },
  "table-heads": { act: run(toggleHeaderRow) },
  "table-remove": { act: run(deleteTable) },
  undo: { act: (editor) => editor.chain().focus().undo().run() },
  redo: { act: (editor) => editor.chain().focus().redo().run() },
}
