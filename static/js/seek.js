/* Where a lecture stands, and looking for a place in it: <div data-seek ...> with a slider; while it is moved, the small picture of that
   moment is shown, where there is one. */
(function () {
  "use strict";
  var bar = document.querySelector("[data-seek]"), box = document.querySelector("[data-player]");
  if (!bar || !box) { return; }
  var video = box.querySelector("video"), slider = bar.querySelector("input"), still = bar.querySelector("[data-still]"), card = bar.querySelector("[data-card]"), when = bar.querySelector("[data-when]");
  var step = number("step"), columns = number("columns"), rows = number("rows"), width = number("width"), height = number("height");
  var moving = false, pending = null;

  function number(name) { return Number(bar.getAttribute("data-" + name)); }
  function clock(seconds) { return Math.floor(seconds / 60) + ":" + ("0" + Math.floor(seconds % 60)).slice(-2); }
  function words(seconds) { return _("%(minutes)s 分 %(seconds)s 秒", { minutes: Math.floor(seconds / 60), seconds: Math.floor(seconds % 60) }); }

  function look() {
    var second = Number(slider.value), tile = Math.min(columns * rows - 1, Math.floor(second / step)), room = bar.clientWidth - width;
    slider.setAttribute("aria-valuetext", words(second));
    moving = true;
    if (!step) { box.querySelector("[data-part]").textContent = clock(second) + " / " + clock(Number(slider.max)); return; }
    if (!still.style.backgroundImage) {
      still.style.backgroundImage = "url(" + JSON.stringify(bar.getAttribute("data-sheet")) + ")";
      still.style.width = width + "px";
      still.style.height = height + "px";
    }
    still.style.backgroundPosition = -(tile % columns) * width + "px " + -Math.floor(tile / columns) * height + "px";
    card.style.left = Math.max(0, Math.min(room, bar.clientWidth * second / Number(slider.max) - width / 2)) + "px";
    when.textContent = clock(second);
    card.hidden = false;
  }
  function go() {
    card.hidden = true;
    moving = false;
    if (video.readyState > 0) { video.currentTime = Number(slider.value); return; }
    pending = Number(slider.value);
    box.querySelector("[data-play]").click();
  }
  slider.addEventListener("input", look);
  slider.addEventListener("change", go);
  video.addEventListener("playing", function () { if (pending !== null) { video.currentTime = pending; pending = null; } });
  video.addEventListener("timeupdate", function () { if (!moving && pending === null) { slider.value = Math.floor(video.currentTime); } });
  bar.hidden = false;
})();
