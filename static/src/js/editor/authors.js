// Who wrote what: every letter of a Yjs text bears the number of the window in which it was typed, and the server knows whose
// window that was. Shown when somebody asks for it.

import { Extension } from "@tiptap/core"
import { Plugin, PluginKey } from "@tiptap/pm/state"
import { Decoration, DecorationSet } from "@tiptap/pm/view"
import { ySyncPluginKey } from "@tiptap/y-tiptap"
import { XmlText } from "yjs"

const KEY = new PluginKey("authors")
const TOPICS = 6
const PAUSE = 400 // milliseconds

/** Calls `each(from, to, client)` for the words of a Yjs element whose content stands at `pos`; gives where it ends. */
function walk(element, pos, schema, each) {
  for (const child of element.toArray()) {
    if (child instanceof XmlText) {
      for (let item = child._start; item; item = item.right) {
        if (item.deleted || !item.countable) continue
        each(pos, pos + item.length, item.id.client)
        pos += item.length
      }
    } else if (schema.nodes[child.nodeName]?.isLeaf) pos += 1
    else pos = walk(child, pos + 1, schema, each) + 1
  }
  return pos
}

/** `find(client)` gives {id, name, topic} or nothing; `list(people)` is told whom the text is by. */
export const authors = ({ find, list }) =>
  Extension.create({
    name: "authors",
    addStorage: () => ({ isOn: false }),
    addCommands() {
      return {
        showAuthors: (isOn) => ({ tr }) => {
          this.storage.isOn = isOn
          tr.setMeta(KEY, true)
          return true
        },
      }
    },
    addProseMirrorPlugins() {
      const { storage } = this
      const drawn = (state) => {
        const people = new Map()
        const marks = []
        const end = state.doc.content.size
        if (storage.isOn)
          walk(ySyncPluginKey.getState(state).type, 0, state.schema, (from, to, client) => {
            const person = find(client)
            if (!person || to > end) return
            people.set(person.id, person)
            marks.push(Decoration.inline(from, to, { class: "ed-by", "data-topic": person.topic ?? `t${(person.id % TOPICS) + 1}`, title: person.name }))
          })
        list([...people.values()])
        return DecorationSet.create(state.doc, marks)
      }
      return [
        new Plugin({
          key: KEY,
          state: {
            init: () => DecorationSet.empty,
            apply: (tr, before, _old, state) => (tr.getMeta(KEY) ? drawn(state) : before.map(tr.mapping, tr.doc)),
          },
          // The Yjs text follows the page's a moment after a change; then it is asked anew.
          view: () => {
            let later
            return {
              update: (view, before) => {
                if (!storage.isOn || before.doc === view.state.doc) return
                clearTimeout(later)
                later = setTimeout(() => view.isDestroyed || view.dispatch(view.state.tr.setMeta(KEY, true)), PAUSE)
              },
              destroy: () => clearTimeout(later),
            }
          },
          props: { decorations: (state) => (storage.isOn ? KEY.getState(state) : null) },
        }),
      ]
    },
  })
