// Suggesting instead of changing: what is typed is marked as put in, what is deleted stays and is marked as taken out, each
// with who it was and when. Paragraphs that are parted or wrapped are changed at once; only words can be suggested.

import { Extension } from "@tiptap/core"
import { ReplaceStep } from "@tiptap/pm/transform"
import { TextSelection } from "@tiptap/pm/state"
import { isChangeOrigin } from "@tiptap/extension-collaboration"

const SETTLED = "suggestion-settled"

/** The words that are suggested: [{from, to, by, at}], what belongs together as one. */
export function suggestions(doc) {
  const found = []
  doc.descendants((node, pos) => {
    if (!node.isInline) return
    const mark = node.marks.find(({ type }) => type.name === "insertion" || type.name === "deletion")
    if (!mark) return
    const { by, at } = mark.attrs
    const last = found.at(-1)
    if (last && last.to === pos && last.by === by && last.at === at) last.to = pos + node.nodeSize
    else found.push({ from: pos, to: pos + node.nodeSize, by, at })
  })
  return found
}

export function suggestionAt({ doc, selection: { from, to } }) {
  return suggestions(doc).find((each) => each.from <= from && to <= each.to)
}

/** Takes suggestions in, or declines them. */
export function settle(editor, chosen, isTakenIn) {
  const { tr, schema } = editor.state
  const { insertion, deletion } = schema.marks
  for (const { from, to } of [...chosen].reverse()) {
    const parts = []
    tr.doc.nodesBetween(from, to, (node, pos) => {
      if (node.isInline) parts.push({ from: Math.max(from, pos), to: Math.min(to, pos + node.nodeSize), marks: node.marks })
    })
    for (const part of parts.reverse()) {
      const isIn = insertion.isInSet(part.marks)
      const isOut = deletion.isInSet(part.marks)
      if ((isIn && !isTakenIn) || (isOut && isTakenIn)) tr.delete(part.from, part.to)
      else tr.removeMark(part.from, part.to, insertion).removeMark(part.from, part.to, deletion)
    }
  }
  editor.view.dispatch(tr.setMeta(SETTLED, true))
}

/** The same change, as a suggestion. */
function suggested(state, change, attributes) {
  const tr = state.tr
  const insertion = state.schema.marks.insertion.create(attributes)
  const deletion = state.schema.marks.deletion.create(attributes)
  let caret = null

  change.steps.forEach((step, place) => {
    const back = change.mapping.slice(0, place).invert()
    const here = (pos, side) => tr.mapping.map(back.map(pos, side), side)
    const isWords = step instanceof ReplaceStep && !step.slice.openStart && !step.slice.openEnd && (step.slice.content.firstChild?.isInline ?? true)
    const from = here(step.from, -1)
    const to = here(step.to, 1)
    let hasBlocks = false
    if (isWords) tr.doc.nodesBetween(from, to, (node) => void (hasBlocks ||= node.isBlock && node.isAtom))
    if (!isWords || hasBlocks) {
      const moved = step.map(back)?.map(tr.mapping)
      if (moved) tr.step(moved)
      return
    }
    let end = to
    const parts = []
    tr.doc.nodesBetween(from, to, (node, pos) => {
      if (node.isInline) parts.push({ node, from: Math.max(from, pos), to: Math.min(to, pos + node.nodeSize) })
    })
    for (const part of parts.reverse()) {
      if (insertion.isInSet(part.node.marks)) {
        tr.delete(part.from, part.to) // one's own suggestion is changed, not suggested against
        end -= part.to - part.from
      } else if (!state.schema.marks.deletion.isInSet(part.node.marks)) tr.addMark(part.from, part.to, deletion)
    }
    const { size } = step.slice.content
    if (size) {
      tr.replace(end, end, step.slice).removeMark(end, end + size, state.schema.marks.deletion).addMark(end, end + size, insertion)
      caret = end + size
    } else caret = state.selection.empty && state.selection.from === step.from ? end : from
  })
  if (caret !== null) tr.setSelection(TextSelection.near(tr.doc.resolve(Math.min(caret, tr.doc.content.size))))
  return tr.scrollIntoView()
}

export const suggesting = (person) =>
  Extension.create({
    name: "suggesting",
    addStorage: () => ({ isOn: false, since: null }),
    addCommands() {
      return {
        suggest: (isOn) => () => {
          Object.assign(this.storage, { isOn, since: `${new Date().toISOString().slice(0, 16)}Z` })
          return true
        },
      }
    },
    dispatchTransaction({ transaction, next }) {
      const { isOn, since } = this.storage
      const isOwn = transaction.docChanged && !isChangeOrigin(transaction) && !transaction.getMeta(SETTLED)
      next(isOn && isOwn ? suggested(this.editor.state, transaction, { by: person, at: since }) : transaction)
    },
  })
