/* Sets slides in step with a recording: <form data-slide-times> of [data-slide] with an input each. While the recording above plays, the button
   [data-next-slide] writes the moment into the first empty one, and the slide that stands is marked. */
(function () {
  "use strict";
  var form = document.querySelector("[data-slide-times]"), player = document.querySelector("video.recording");
  var button = form && form.querySelector("[data-next-slide]");
  if (!button || !player) { return; }
  var rows = Array.prototype.slice.call(form.querySelectorAll("[data-slide]"));
  button.hidden = false;

  function input(row) { return row.querySelector("input"); }
  function second(row) {
    var parts = input(row).value.split(/[:：]/).map(Number), total = 0;
    if (!input(row).value || parts.some(isNaN)) { return null; }
    parts.forEach(function (part) { total = total * 60 + part; });
    return total;
  }
  function follow() {
    var standing = null;
    rows.forEach(function (row) { var from = second(row); if (from !== null && from <= player.currentTime) { standing = row; } });
    rows.forEach(function (row) { if (row === standing) { row.setAttribute("aria-current", "true"); } else { row.removeAttribute("aria-current"); } });
  }
  button.addEventListener("click", function () {
    var now = Math.floor(player.currentTime), next = rows.filter(function (row, place) { return place > 0 && !input(row).value; })[0];
    if (!next) { return; }
    input(next).value = Math.floor(now / 60) + ":" + ("0" + now % 60).slice(-2);
    follow();
    next.scrollIntoView({ block: "nearest" });
  });
  player.addEventListener("timeupdate", follow);
})();
