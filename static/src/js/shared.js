// What app, live and tools have in common. Each of them imports this file, so that esbuild makes one chunk of it, not four.

import "@hotwired/stimulus"
import "./announce"
import "./ask"
import "./kept"
import "./morph"
import "./notices"
import "./streams"
import "./time"
