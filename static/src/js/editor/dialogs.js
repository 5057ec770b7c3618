// What is asked beside a text: an address, a comment, a decision or an action with the page's own form.

import { Selection } from "@tiptap/pm/state"
import { isSafe } from "./schema"

const find = (id) => document.getElementById(id)

/** Opens a dialog; the text has the focus again when it is closed. */
function open(dialog, editor) {
  const listening = new AbortController()
  dialog.addEventListener("close", () => {
    listening.abort()
    if (!editor.isDestroyed) editor.commands.focus(null, { scrollIntoView: false })
  }, { once: true })
  dialog.showModal()
  return listening.signal
}

function complain(dialog, words) {
  const error = dialog.querySelector("[data-error]")
  error.textContent = words
  error.hidden = !words
}

/** An address as it was probably meant. */
function address(typed) {
  if (isSafe(typed)) return typed
  if (/^[^\s/@]+@[^\s/@]+\.[^\s/@]+$/.test(typed)) return `mailto:${typed}`
  return /^[^\s:/]+\.[^\s:/]{2,}(\/\S*)?$/.test(typed) ? `https://${typed}` : null
}

export function askLink(editor) {
  const dialog = find("editor_link")
  const form = dialog.querySelector("form")
  const error = form.querySelector(".nw-error")
  const remove = form.querySelector("[data-remove]")
  const field = form.elements.address
  const { href = "" } = editor.getAttributes("link")
  const { from, to, empty } = editor.state.selection
  field.value = href
  error.hidden = true
  field.removeAttribute("aria-invalid")
  remove.hidden = !href
  const signal = open(dialog, editor)
  field.select()

  const link = () => {
    const chain = editor.chain().setTextSelection({ from, to })
    return href ? chain.extendMarkRange("link") : chain
  }
  remove.addEventListener("click", () => {
    link().unsetMark("link").run()
    dialog.close()
  }, { signal })
  form.addEventListener("submit", (event) => {
    const typed = address(field.value.trim())
    error.hidden = Boolean(typed)
    if (!typed) {
      event.preventDefault()
      field.setAttribute("aria-invalid", "true")
      return field.focus()
    }
    if (empty && !href) link().insertContent({ type: "text", text: field.value.trim(), marks: [{ type: "link", attrs: { href: typed } }] }).run()
    else link().setMark("link", { href: typed }).run()
  }, { signal })
}

/** `send(text, quote)` answers as the server does. */
export function askComment(editor, send) {
  const dialog = find("editor_comment")
  const form = dialog.querySelector("form")
  const { from, to } = editor.state.selection
  const quote = editor.state.doc.textBetween(from, to, " ").slice(0, 500)
  dialog.querySelector("[data-quote]").textContent = quote
  complain(dialog, "")
  const signal = open(dialog, editor)
  form.elements.text.focus()
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    const text = form.elements.text.value.trim()
    if (!text) return form.elements.text.focus()
    const answer = await send(text, quote)
    if (!answer?.ok) return complain(dialog, sayings(answer))
    form.reset()
    // The others have written meanwhile; the editor has moved the selection with its words.
    editor.chain().setMark("comment", { id: answer.id }).run()
    dialog.close()
  }, { signal })
}

const sayings = (answer) => [answer?.message, ...Object.values(answer?.errors ?? {}).flat()].filter(Boolean).join(" ")

/** The page's own form in a dialog, for one item; it goes back to its place. `send(facts)` answers as the server does. */
export function askLine(editor, { kind, form, title, item, send, words }) {
  const dialog = find("editor_line")
  const home = form.parentElement
  const away = [dialog, home.closest("details")].filter(Boolean)
  const field = form.elements.namedItem("item")?.closest(".nw-field")
  const marked = editor.state.selection.empty ? "" : editor.state.doc.textBetween(editor.state.selection.from, editor.state.selection.to, " ")
  find("editor_line_title").textContent = title
  complain(dialog, "")
  dialog.querySelector("[data-place]").append(form)
  for (const part of away) part.dataset.keep = "" // a page that is drawn anew meanwhile takes nothing of it away
  if (field) field.hidden = true
  if (marked && !form.elements.text.value) form.elements.text.value = marked
  const signal = open(dialog, editor)
  form.elements.text.focus()
  dialog.addEventListener("close", () => {
    home.append(form)
    for (const part of away) delete part.dataset.keep
    if (field) field.hidden = false
  }, { once: true })
  let key = crypto.randomUUID()
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    event.stopPropagation()
    const facts = Object.fromEntries([...new FormData(form)].filter(([name]) => !/^(csrf_token|item)$/.test(name)))
    const answer = await send({ on: item, key, facts })
    if (!answer?.ok) {
      key = crypto.randomUUID()
      complain(dialog, sayings(answer) || words.needsLine)
      const wrong = form.elements[Object.keys(answer?.errors ?? {})[0]]
      wrong?.setAttribute?.("aria-invalid", "true")
      return wrong?.focus?.()
    }
    form.reset()
    form.dispatchEvent(new CustomEvent("typed:sent", { bubbles: true }))
    dialog.close()
    insertLine(editor, `${kind}Line`, answer.id)
  }, { signal, capture: true })
}

/** The form of another page in a dialog, as to change a decision: sent from here, and shown again with what is wrong. */
export async function askChange(editor, address) {
  const dialog = find("editor_line")
  const place = dialog.querySelector("[data-place]")
  const read = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html")
  const show = (page) => {
    const form = page.querySelector("main form")
    if (!form) return location.assign(address)
    for (const link of form.querySelectorAll(".nw-form__end a")) link.remove()
    find("editor_line_title").textContent = page.querySelector("h1")?.textContent.trim() ?? ""
    complain(dialog, "")
    place.replaceChildren(document.importNode(form, true))
    return true
  }
  const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null)
  if (!answer?.ok || !show(await read(answer))) return location.assign(address)
  const signal = open(dialog, editor)
  dialog.addEventListener("close", () => place.replaceChildren(), { once: true })
  place.querySelector("textarea, input:not([type=hidden])")?.focus()
  place.addEventListener("submit", async (event) => {
    event.preventDefault()
    event.stopPropagation()
    const { target } = event
    const sent = await fetch(target.getAttribute("action") || address, { method: "POST", body: new FormData(target), headers: { Accept: "text/html" } }).catch(() => null)
    if (sent?.redirected) return dialog.close()
    if (sent) show(await read(sent))
    place.querySelector("[data-errors]")?.focus()
  }, { signal, capture: true })
}

/** Below the block where the caret is, or in its place if it is empty, with a line behind it to write on. */
function insertLine(editor, type, id) {
  const { doc, schema, selection, tr } = editor.state
  const { $to } = selection
  const block = $to.depth ? $to.node(1) : null
  const end = block ? $to.after(1) : selection.to
  const start = block?.isTextblock && !block.content.size ? $to.before(1) : end
  const below = end >= doc.content.size ? [schema.nodes.paragraph.create()] : []
  tr.replaceWith(start, end, [schema.nodes[type].create({ id }), ...below])
  editor.view.dispatch(tr.setSelection(Selection.near(tr.doc.resolve(start + 1))).scrollIntoView())
  editor.view.focus()
}
