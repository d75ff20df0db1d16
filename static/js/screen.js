/* The screen in the room: asks for the next number as soon as this one is over, and again soon when the network is away. */
(function () {
  "use strict";
  var box = document.querySelector("[data-screen]");
  if (!box) { return; }
  function part(name) { return box.querySelector("[data-" + name + "]"); }
  function later(seconds) { setTimeout(ask, 1000 * seconds); }
  function ask() {
    fetch(box.getAttribute("data-screen"), { credentials: "same-origin", headers: { Accept: "application/json" } })
      .then(function (answer) { if (!answer.ok) { throw answer; } return answer.json(); })
      .then(function (body) {
        part("over").hidden = !body.over;
        part("open").hidden = body.over;
        part("code").innerHTML = body.code;
        part("number").textContent = body.number;
        part("here").textContent = String(body.here);
        if (!body.over) { later(Math.min(body.left + 0.2, 5)); }
      })
      .catch(function () { later(3); });
  }
  part("plain").hidden = true;
  ask();
})();
