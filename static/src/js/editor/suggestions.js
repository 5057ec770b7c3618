// Suggesting instead of changing: what is typed is marked as put in, what is deleted stays and is marked as taken out, each
// with who it was and when. Only words can be suggested: what would change paragraphs, lists, tables or the look of words is not
// done, and the person is told. Lines of decisions and actions are put in at once, since they stand in the register, too.

import { Extension } from "@tiptap/core"
import { AddMarkStep, Mapping, RemoveMarkStep, ReplaceStep } from "@tiptap/pm/transform"
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
    for (const part of inside(tr.doc, from, to)) if (part.node.isInline) parts.push({ ...part, marks: part.node.marks })
    for (const part of parts.reverse()) {
      const isIn = insertion.isInSet(part.marks)
      const isOut = deletion.isInSet(part.marks)
      if ((isIn && !isTakenIn) || (isOut && isTakenIn)) tr.delete(part.from, part.to)
      else tr.removeMark(part.from, part.to, insertion).removeMark(part.from, part.to, deletion)
    }
  }
  editor.view.dispatch(tr.setMeta(SETTLED, true))
}

const inside = (doc, from, to) => {
  const found = []
  doc.nodesBetween(from, to, (node, pos) => void found.push({ node, from: Math.max(from, pos), to: Math.min(to, pos + node.nodeSize) }))
  return found
}
const isLine = ({ type }) => /^(decision|action)Line$/.test(type.name)
/** What stands in the place of words that are deleted over several paragraphs: nothing, or paragraphs without words. */
const isNothing = ({ content }) => content.content.every((node) => node.isTextblock && !node.content.size)

/** Why a step cannot be a suggestion: "" if it can. */
function hindrance(step, doc, { insertion }, by) {
  if (step instanceof AddMarkStep || step instanceof RemoveMarkStep) return step.mark.type.name === "comment" ? "" : "words"
  if (!(step instanceof ReplaceStep)) return "words"
  const { content, openStart, openEnd } = step.slice
  const there = inside(doc, step.from, step.to)
  const words = there.filter(({ node, from, to }) => node.isInline && from < to)
  if (content.content.some(isLine) && !content.textBetween(0, content.size)) return words.length ? "words" : ""
  if (there.some(({ node }) => node.isBlock && node.isAtom) || (!words.length && step.from < step.to)) return "words"
  const isTyped = !openStart && !openEnd && content.content.every((node) => node.isText)
  if (!isTyped && !(words.length && isNothing(step.slice))) return "words"
  const theirs = words.some(({ node }) => (insertion.isInSet(node.marks)?.attrs.by ?? by) !== by)
  return theirs ? "theirs" : ""
}

/** The same change in one step: a range that is replaced. */
function inOneStep(state, change) {
  if (change.steps.length < 2 || change.steps.some((step) => !(step instanceof ReplaceStep) || step.slice.content.content.some(isLine))) return change
  const [before, after] = [state.doc.content, change.doc.content]
  const start = before.findDiffStart(after)
  if (start === null) return change
  const end = before.findDiffEnd(after)
  const overlap = Math.max(0, start - Math.min(end.a, end.b))
  return state.tr.replace(start, end.a + overlap, change.doc.slice(start, end.b + overlap))
}

/** Why a change cannot be a suggestion: "" if it can. */
function hindranceOf(change, by) {
  const { marks } = change.doc.type.schema
  return change.steps.map((step, place) => hindrance(step, change.docs[place], marks, by)).find(Boolean) ?? ""
}

/** The same change, as a suggestion. */
function suggested(state, change, attributes) {
  const tr = state.tr
  const insertion = state.schema.marks.insertion.create(attributes)
  const deletion = state.schema.marks.deletion.create(attributes)
  let caret = null

  change.steps.forEach((step, place) => {
    const back = new Mapping(change.mapping.maps.slice(0, place).map((map) => map.invert()).reverse())
    const here = (pos, side) => tr.mapping.map(back.map(pos, side), side)
    if (!(step instanceof ReplaceStep) || step.slice.content.content.some(isLine)) {
      const moved = step.map(back)?.map(tr.mapping) // a comment, or the line of a decision or an action
      if (moved) tr.step(moved)
      return
    }
    const from = here(step.from, -1)
    const to = here(step.to, 1)
    let end = to
    const parts = inside(tr.doc, from, to).filter(({ node }) => node.isInline)
    for (const part of parts.reverse()) {
      if (insertion.isInSet(part.node.marks)) {
        tr.delete(part.from, part.to) // one's own suggestion is changed, not suggested against
        end -= part.to - part.from
      } else if (!state.schema.marks.deletion.isInSet(part.node.marks)) tr.addMark(part.from, part.to, deletion)
    }
    const { size } = step.slice.content
    if (!isNothing(step.slice)) {
      tr.replace(end, end, step.slice).removeMark(end, end + size, state.schema.marks.deletion).addMark(end, end + size, insertion)
      caret = end + size
    } else caret = state.selection.empty && state.selection.from === step.from ? end : from
  })
  if (caret !== null) tr.setSelection(TextSelection.near(tr.doc.resolve(Math.min(caret, tr.doc.content.size))))
  return tr.scrollIntoView()
}

/** `tell(why)` says what was not done: "words" or "theirs". */
export const suggesting = (person, tell) =>
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
      if (!isOn || !isOwn) return next(transaction)
      const change = inOneStep(this.editor.state, transaction)
      const why = hindranceOf(change, person)
      if (why) tell(why)
      else next(suggested(this.editor.state, change, { by: person, at: since }))
    },
  })
