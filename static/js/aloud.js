/* Reads a page aloud, where the browser can: <button data-read-aloud hidden><span></span></button> and any number of [data-aloud], in order. Pages of a
   document are read from the one in view. */
(function () {
  "use strict";
  var button = document.querySelector("[data-read-aloud]"), voice = window.speechSynthesis;
  if (!button || !voice || !window.SpeechSynthesisUtterance) { return; }
  var words = button.querySelector("span"), start = words.textContent, queue = [], turn = 0;
  button.hidden = false;

  /* Phones fall silent in the middle of a long text: a few sentences at a time. */
  function pieces(text) {
    var out = [], piece = "";
    (text.match(/[^。！？；!?;\n]+[。！？；!?;\n]*/g) || []).forEach(function (sentence) {
      if (piece && piece.length + sentence.length > 120) { out.push(piece); piece = ""; }
      piece += sentence;
    });
    return piece.trim() ? out.concat(piece) : out;
  }
  function gather() {
    var parts = Array.prototype.slice.call(document.querySelectorAll("[data-aloud]"));
    var left = parts.filter(function (part) { return part.getBoundingClientRect().bottom > 0; });
    queue = [];
    (left.length ? left : parts).forEach(function (part) { queue = queue.concat(pieces(part.innerText)); });
  }
  function next(mine) {
    if (mine !== turn) { return; }
    if (!queue.length) { stop(); return; }
    var said = new window.SpeechSynthesisUtterance(queue.shift());
    said.lang = "zh-CN";
    said.onend = function () { next(mine); };
    said.onerror = function () { if (mine === turn) { stop(); } };
    voice.speak(said);
  }
  function stop() {
    turn += 1;
    voice.cancel();
    words.textContent = start;
    button.setAttribute("aria-pressed", "false");
  }
  button.addEventListener("click", function () {
    if (button.getAttribute("aria-pressed") === "true") { stop(); return; }
    gather();
    turn += 1;
    words.textContent = _("停下");
    button.setAttribute("aria-pressed", "true");
    next(turn);
  });
  window.addEventListener("pagehide", function () { voice.cancel(); });
})();
