// The small markup, put into a text area as if it had been typed: the browser's own undo takes it back.

const AROUND = { bold: ["**", "**"], link: ["[", "](https://)"] }
const BEFORE = { list: "- ", quote: "> " }

/** The mark that a key stands for, if it does for any. */
export const markOf = ({ key, ctrlKey, metaKey, altKey }) => (ctrlKey || metaKey) && !altKey && { b: "bold", k: "link" }[key.toLowerCase()]

export function mark(field, name) {
  field.focus()
  const { selectionStart: from, selectionEnd: to, value } = field
  if (AROUND[name]) {
    const [before, after] = AROUND[name]
    put(field, from, to, before + value.slice(from, to) + after)
    const caret = name === "link" && to > from ? to + before.length + after.length - 1 : from + before.length
    return field.setSelectionRange(caret, name === "link" && to > from ? caret : to + before.length)
  }
  const start = value.lastIndexOf("\n", from - 1) + 1
  const lines = value.slice(start, to).split("\n").map((line) => BEFORE[name] + line)
  put(field, start, to, lines.join("\n"))
}

export function put(field, from, to, text) {
  field.setSelectionRange(from, to)
  // Deprecated, and still the only way that keeps undo; where it is gone the text is set.
  if (!document.execCommand?.("insertText", false, text)) {
    field.setRangeText(text, from, to, "end")
    field.dispatchEvent(new Event("input", { bubbles: true }))
  }
}
