// The page of a discussion: loaded where one is shown, or begun.

import "./shared"
import Discussion from "./discussion/controller"
import First from "./discussion/first"

let isRegistered = false

export function register(application) {
  if (isRegistered) return
  isRegistered = true
  application.register("discussion", Discussion)
  application.register("discussion-first", First)
}
