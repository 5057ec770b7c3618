// Where the others write, and who they are. Names come from their own pages, so they are set as text and colours are checked.

import CollaborationCaret from "@tiptap/extension-collaboration-caret"
import { announce } from "../announce"

const colour = (topic) => (/^t[1-6]$/.test(topic) ? topic : "t1")
const LONGEST_NAME = 80

export const nameOf = (user) => String(user?.name ?? "").slice(0, LONGEST_NAME)

export const carets = (awareness, user) =>
  CollaborationCaret.configure({
    provider: { awareness },
    user,
    render: (other) => {
      const caret = document.createElement("span")
      const label = document.createElement("span")
      Object.assign(caret, { className: "ed-caret", ariaHidden: "true" })
      caret.dataset.topic = colour(other.topic)
      Object.assign(label, { className: "ed-caret__name", dir: "auto", textContent: nameOf(other) })
      caret.append(label)
      return caret
    },
    selectionRender: (other) => ({ class: "ed-selected", "data-topic": colour(other.topic) }),
  })

/** A name that would stand out of the paper stands on the other side of its caret. */
function turnNames(paper) {
  const { left, right } = paper.getBoundingClientRect()
  for (const caret of paper.querySelectorAll(".ed-caret")) {
    caret.classList.remove("ed-caret--turned")
    const name = caret.firstElementChild.getBoundingClientRect()
    caret.classList.toggle("ed-caret--turned", name.right > right || name.left < left)
  }
}

/** Shows in `place` who else is writing, each once, and tells of newcomers; `words.joined` has the place {name}. */
export function showPeople(awareness, me, place, paper, words) {
  let known = new Set()
  const list = place.querySelector("ul")

  function show() {
    const others = new Map()
    requestAnimationFrame(() => turnNames(paper))
    for (const [client, { user }] of awareness.getStates()) if (client !== awareness.clientID && user && user.id !== me) others.set(user.id, user)
    place.hidden = !others.size
    if ([...others.keys()].join() === [...known].join()) return
    list.replaceChildren(
      ...[...others.values()].map((user) => {
        const entry = document.createElement("li")
        entry.dataset.topic = colour(user.topic)
        const name = document.createElement("bdi")
        name.textContent = nameOf(user)
        entry.append(name)
        return entry
      }),
    )
    for (const [id, user] of others) if (!known.has(id)) announce(words.joined.replace("{name}", nameOf(user)))
    known = new Set(others.keys())
  }

  awareness.on("change", show)
  show()
}
