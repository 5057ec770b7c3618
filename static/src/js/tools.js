// Controllers that only some pages use, loaded when one of them is named on a page.

import "./shared"
import Alike from "./controllers/alike"
import Autosubmit from "./controllers/autosubmit"
import Characters from "./controllers/characters"
import CheckAll from "./controllers/check_all"
import Clock from "./controllers/clock"
import Copy from "./controllers/copy"
import Draft from "./controllers/draft"
import File from "./controllers/file"
import Fold from "./controllers/fold"
import Grid from "./controllers/grid"
import Mine from "./controllers/mine"
import Once from "./controllers/once"
import Print from "./controllers/print"
import Reorder from "./controllers/reorder"
import Reveal from "./controllers/reveal"
import Stage from "./controllers/stage"

const TOOLS = {
  alike: Alike,
  autosubmit: Autosubmit,
  characters: Characters,
  "check-all": CheckAll,
  clock: Clock,
  copy: Copy,
  draft: Draft,
  file: File,
  fold: Fold,
  grid: Grid,
  mine: Mine,
  once: Once,
  print: Print,
  reorder: Reorder,
  reveal: Reveal,
  stage: Stage,
}

let isRegistered = false

export function register(application) {
  if (isRegistered) return
  isRegistered = true
  for (const [name, controller] of Object.entries(TOOLS)) application.register(name, controller)
}
