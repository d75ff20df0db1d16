/* Captions of a lecture: <section data-captions> beside a [data-player], with one <button data-from data-until> a sentence. Shows the sentence
   that is being said under the picture (and over it in full screen), marks it in the transcript, and jumps to the one that is tapped. */
(function () {
  "use strict";
  var list = document.querySelector("[data-captions]"), box = document.querySelector("[data-player]");
  if (!list || !box) { return; }
  var video = box.querySelector("video"), line = box.querySelector("[data-caption-line]"), onoff = box.querySelector("[data-caption-switch]");
  var scroller = list.querySelector("[data-caption-scroll]");
  var cues = Array.prototype.map.call(list.querySelectorAll("[data-from]"), function (button) {
    return { from: Number(button.getAttribute("data-from")), until: Number(button.getAttribute("data-until")), text: button.querySelector("[data-words]").textContent, button: button };
  });
  var current = null, pending = null, shown = recall(), touched = 0, track = null;

  /* In full screen the browser shows its own captions; on the page ours do, because some players of phones show none. */
  if (video.addTextTrack && (window.VTTCue || window.TextTrackCue)) {
    track = video.addTextTrack("captions", _("中文"), "zh");
    cues.forEach(function (cue) { track.addCue(new (window.VTTCue || window.TextTrackCue)(cue.from, cue.until, cue.text)); });
    track.mode = "hidden";
    ["fullscreenchange", "webkitfullscreenchange"].forEach(function (name) { document.addEventListener(name, mode); });
    video.addEventListener("webkitbeginfullscreen", function () { track.mode = shown ? "showing" : "hidden"; });
    video.addEventListener("webkitendfullscreen", function () { track.mode = "hidden"; });
  }
  function mode() { track.mode = shown && (document.fullscreenElement || document.webkitFullscreenElement) ? "showing" : "hidden"; }

  function at(second) {
    var low = 0, high = cues.length - 1, found = null;
    while (low <= high) {
      var middle = (low + high) >> 1;
      if (cues[middle].from <= second) { found = cues[middle]; low = middle + 1; } else { high = middle - 1; }
    }
    return found && second < found.until + 0.25 ? found : null;
  }
  function follow() {
    var cue = at(video.currentTime);
    if (cue === current) { return; }
    if (current) { current.button.removeAttribute("aria-current"); }
    current = cue;
    line.textContent = cue && shown ? cue.text : "";
    if (!cue) { return; }
    cue.button.setAttribute("aria-current", "true");
    if (Date.now() - touched > 6000) { scroller.scrollTop = cue.button.offsetTop - scroller.clientHeight / 3; }
  }
  function jump(second) {
    if (video.readyState > 0) { video.currentTime = second; video.play(); return; }
    pending = second;
    box.querySelector("[data-play]").click();
  }
  video.addEventListener("playing", function () { if (pending !== null) { video.currentTime = pending; pending = null; } });
  video.addEventListener("timeupdate", follow);
  video.addEventListener("seeked", follow);
  ["touchmove", "wheel", "keydown"].forEach(function (name) { scroller.addEventListener(name, function () { touched = Date.now(); }, { passive: true }); });
  list.addEventListener("click", function (event) {
    var button = event.target.closest("[data-from]");
    if (!button) { return; }
    touched = 0;
    jump(Number(button.getAttribute("data-from")));
    box.scrollIntoView();
  });

  onoff.addEventListener("click", function () { shown = !shown; keep(); show(); });
  function show() {
    onoff.setAttribute("aria-pressed", String(shown));
    onoff.querySelector("span").textContent = shown ? _("关字幕") : _("开字幕");
    line.hidden = !shown;
    line.textContent = shown && current ? current.text : "";
    if (track) { mode(); }
  }
  function recall() { try { return localStorage.getItem("captions") !== "off"; } catch (fault) { return true; } }
  function keep() { try { localStorage.setItem("captions", shown ? "on" : "off"); } catch (fault) { return; } }
  onoff.hidden = false;
  show();
})();
