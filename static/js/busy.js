/* Waits for the worker: <section data-busy="address"> asks {busy, percent} there, moves its bar, and reads the page again once it is done. */
(function () {
  "use strict";
  var box = document.querySelector("[data-busy]");
  if (!box) { return; }
  var bar = box.querySelector("[data-bar]");
  function later(pause) { setTimeout(ask, pause); }
  function ask() {
    if (document.hidden) { later(2000); return; }
    fetch(box.getAttribute("data-busy"), { credentials: "same-origin", headers: { Accept: "application/json" } })
      .then(function (answer) { if (!answer.ok) { throw answer; } return answer.json(); })
      .then(function (body) {
        if (!body.busy) { location.reload(); return; }
        bar.value = body.percent;
        later(1000);
      })
      .catch(function () { later(5000); });
  }
  later(700);
})();
