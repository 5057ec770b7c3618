// Decisions and actions that stand in a text. The text holds only which one it is; what is shown is the thing's own card, as
// the page has it, or as the thing's own page shows it, and it changes with the thing.

import { Node } from "@tiptap/core"

/** A copy of a thing's card without its ids, which the page has already. */
function copyOf(card) {
  const copy = card.cloneNode(true)
  for (const element of copy.querySelectorAll("[id]")) element.removeAttribute("id")
  return copy
}

const elsewhere = new Map() // dom id -> promise of a card of another page

/** Asked once on a page; when something has changed there the page itself has the card. */
function fetched(domId, address) {
  if (!elsewhere.has(domId)) {
    const page = fetch(address, { headers: { Accept: "text/html" } })
      .then((answer) => (answer.ok ? answer.text() : ""))
      .then((html) => new DOMParser().parseFromString(html, "text/html").getElementById(domId))
      .catch(() => null)
    elsewhere.set(domId, page)
  }
  return elsewhere.get(domId)
}

const line = (kind, addresses, words) =>
  Node.create({
    name: `${kind}Line`,
    group: "block",
    atom: true,
    selectable: true,
    addAttributes: () => ({ id: { default: null, parseHTML: (element) => Number(element.dataset.id), renderHTML: ({ id }) => ({ "data-id": id }) } }),
    parseHTML: () => [{ tag: `div[data-line="${kind}"]` }],
    renderHTML: ({ HTMLAttributes }) => ["div", { "data-line": kind, ...HTMLAttributes }],
    renderText: () => "",
    addNodeView: () => ({ node }) => {
      const dom = document.createElement("div")
      const domId = `${kind}_${Number(node.attrs.id)}`
      dom.contentEditable = "false"
      let shown = ""

      async function show() {
        const card = document.getElementById(domId) ?? (await fetched(domId, addresses[kind].replace(/0$/, Number(node.attrs.id))))
        const { className = "mn-line", innerHTML = "", dataset = {} } = card ? copyOf(card) : {}
        if (shown === className + innerHTML) return
        shown = className + innerHTML
        dom.className = `ed-line ${className}`
        dom.dataset.state = dataset.state ?? ""
        if (card) dom.replaceChildren(...copyOf(card).childNodes)
        else dom.textContent = words.missing
      }

      show()
      addEventListener("streams:rendered", show)
      return {
        dom,
        update: (next) => next.type.name === `${kind}Line` && next.attrs.id === node.attrs.id,
        stopEvent: ({ type, target }) => type !== "mousedown" || Boolean(target.closest("a, button")),
        ignoreMutation: () => true,
        destroy: () => removeEventListener("streams:rendered", show),
      }
    },
  })

export const lines = (addresses, words) => ["decision", "action"].map((kind) => line(kind, addresses, words))
