// A slash at the start of a word, in an empty place, offers what can be put in: the same things as the bar and its menu.
// The text keeps the focus; which one is meant is told by aria-activedescendant.

import { Extension } from "@tiptap/core"
import { Plugin, PluginKey } from "@tiptap/pm/state"

const BEFORE = 40 // characters of the line that are looked at

/** What is typed behind a slash, and where it begins; nothing if the caret is not behind one. */
function asked({ selection: { empty, $from } }) {
  if (!empty || !$from.parent.isTextblock) return null
  const before = $from.parent.textBetween(Math.max(0, $from.parentOffset - BEFORE), $from.parentOffset, undefined, "\ufffc")
  const found = before.match(/(?:^|\s)\/([\p{L}\p{M}\p{N}]*)$/u)
  return found && { word: found[1].toLocaleLowerCase(), from: $from.pos - found[1].length - 1, to: $from.pos }
}

/** `box`: a listbox in the shell; `choices`: [{name, label, icon}]; `act(name)` does one. */
export const slash = ({ box, choices, act }) =>
  Extension.create({
    name: "slash",
    addProseMirrorPlugins() {
      let found = null
      let put = null // where a slash was put away with Escape
      let chosen = 0
      let options = []

      const close = (view) => {
        box.hidden = true
        options = []
        view.dom.removeAttribute("aria-activedescendant")
        view.dom.removeAttribute("aria-controls")
      }
      const mark = (view) => {
        options.forEach((option, place) => option.setAttribute("aria-selected", place === chosen))
        view.dom.setAttribute("aria-activedescendant", options[chosen].id)
        options[chosen].scrollIntoView({ block: "nearest" })
      }
      const take = (view) => {
        const { name } = options[chosen].dataset
        view.dispatch(view.state.tr.delete(found.from, found.to))
        act(name)
      }
      const show = (view) => {
        const { word } = found
        const fitting = choices.filter(({ label }) => label.toLocaleLowerCase().split(/\s+/).some((part) => part.startsWith(word)))
        if (!fitting.length) return close(view)
        options = fitting.map(({ name, label, icon }, place) => {
          const option = document.createElement("div")
          Object.assign(option, { id: `${box.id}-${place}`, role: "option" })
          option.dataset.name = name
          if (icon) option.append(icon.cloneNode(true))
          option.append(label)
          return option
        })
        box.replaceChildren(...options)
        box.hidden = false
        chosen = 0
        const caret = view.coordsAtPos(found.from)
        const around = box.offsetParent.getBoundingClientRect()
        const isTurned = getComputedStyle(box).direction === "rtl"
        const start = isTurned ? around.right - caret.right : caret.left - around.left
        const room = Math.max(0, around.width - box.offsetWidth)
        box.style.setProperty("inset-inline-start", `${Math.min(start, room)}px`)
        const isBelow = caret.bottom + box.offsetHeight < innerHeight || caret.top < box.offsetHeight
        box.style.setProperty("inset-block-start", `${(isBelow ? caret.bottom + 4 : caret.top - box.offsetHeight - 4) - around.top}px`)
        view.dom.setAttribute("aria-controls", box.id)
        mark(view)
      }

      return [
        new Plugin({
          key: new PluginKey("slash"),
          view: (view) => {
            box.addEventListener("mousedown", (event) => event.preventDefault())
            box.addEventListener("click", ({ target }) => {
              const option = target.closest("[role=option]")
              if (!option || !found) return
              chosen = options.indexOf(option)
              take(view)
            })
            return {
              update: (now, before) => {
                const next = now.editable && now.hasFocus() ? asked(now.state) : null
                if (!next) put = null
                if (!next || next.from === put) {
                  found = null
                  if (!box.hidden) close(now)
                } else if (before.doc !== now.state.doc || !before.selection.eq(now.state.selection) || !found) {
                  const isNew = !found || found.word !== next.word || found.from !== next.from
                  found = next
                  if (isNew) show(now)
                }
              },
              destroy: () => close(view),
            }
          },
          props: {
            handleKeyDown: (view, event) => {
              if (box.hidden || event.isComposing) return false
              if (event.key === "Escape") {
                put = found.from
                found = null
                close(view)
                return true
              }
              if (event.key === "Enter" || event.key === "Tab") {
                take(view)
                return true
              }
              const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
              if (!step) return false
              chosen = (chosen + step + options.length) % options.length
              mark(view)
              return true
            },
            handleDOMEvents: { blur: (view) => void close(view) },
          },
        }),
      ]
    },
  })
