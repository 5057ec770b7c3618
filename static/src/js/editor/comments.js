// Passages with a comment. The comments themselves stand in a list of the page; one that is settled leaves its passage plain.

import { Extension } from "@tiptap/core"
import { Plugin, PluginKey } from "@tiptap/pm/state"
import { Decoration, DecorationSet } from "@tiptap/pm/view"

const KEY = new PluginKey("comments")
const MEANT = 2500 // milliseconds that what is meant is marked
const ENTRY = "draft_comment_"
const CHANGES = ["streams:rendered", "turbo:frame-load"]

const settled = () => new Set([...document.querySelectorAll(`[id^="${ENTRY}"][data-state="resolved"]`)].map(({ id }) => Number(id.slice(ENTRY.length))))

function drawn(doc) {
  const ids = settled()
  const marks = []
  if (ids.size)
    doc.descendants((node, pos) => {
      const mark = node.marks.find(({ type }) => type.name === "comment")
      if (mark && ids.has(mark.attrs.id)) marks.push(Decoration.inline(pos, pos + node.nodeSize, { class: "ed-settled" }))
    })
  return DecorationSet.create(doc, marks)
}

export const comments = Extension.create({
  name: "comments",
  addProseMirrorPlugins: () => [
    new Plugin({
      key: KEY,
      state: {
        init: (_config, { doc }) => drawn(doc),
        apply: (tr, before) => (tr.docChanged || tr.getMeta(KEY) ? drawn(tr.doc) : before),
      },
      props: { decorations: (state) => KEY.getState(state) },
      view: (view) => {
        const look = () => view.isDestroyed || view.dispatch(view.state.tr.setMeta(KEY, true))
        for (const change of CHANGES) addEventListener(change, look)
        return { destroy: () => CHANGES.forEach((change) => removeEventListener(change, look)) }
      },
    }),
  ],
})

function show(element) {
  if (!element) return
  element.closest("details:not([open])")?.setAttribute("open", "")
  element.scrollIntoView({ block: "center" })
  element.classList.add("ed-meant")
  setTimeout(() => element.classList.remove("ed-meant"), MEANT)
}

/** A click on a passage leads to what is said about it, and a click on the passage that is quoted there leads back. */
export function leadToComments({ target }) {
  const passage = target.closest?.(".ed-text [data-comment]")
  if (passage) return show(document.getElementById(ENTRY + passage.dataset.comment))
  const entry = target.closest?.("blockquote")?.closest(`[id^="${ENTRY}"]`)
  if (entry) show(document.querySelector(`.ed-text [data-comment="${Number(entry.id.slice(ENTRY.length))}"]`))
}
