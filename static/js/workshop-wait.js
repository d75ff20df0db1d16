/* Recordings that are being prepared say how far they are: <span data-preparing="asset id">; once one is through, the page is read again. */
(function () {
  "use strict";
  var waiting = document.querySelectorAll("[data-preparing]");
  if (!waiting.length) { return; }
  function ask() {
    if (document.hidden) { setTimeout(ask, 4000); return; }
    Promise.all(Array.prototype.map.call(waiting, function (said) {
      return fetch("/assets/" + said.getAttribute("data-preparing") + "/preparation", { credentials: "same-origin", headers: { Accept: "application/json" } })
        .then(function (answer) { if (!answer.ok) { throw answer; } return answer.json(); })
        .then(function (body) {
          said.textContent = body.state === "waiting" ? _("准备中 %(share)s", { share: body.percent + "%" }) : body.state === "ready" ? _("已就绪") : _("处理不了");
          return body.state;
        });
    })).then(function (states) {
      if (states.some(function (state) { return state !== "waiting"; }) && !typed() && !sending()) { location.reload(); return; }
      setTimeout(ask, 4000);
    }).catch(function () { setTimeout(ask, 15000); });
  }
  /* Nor are files that are being sent from here. */
  function sending() { return document.querySelector("[data-uploads] [data-now], [data-upload][data-now=uploading]") !== null; }
  /* Whatever has been typed on the page is not to be lost by reading it again. */
  function typed() {
    return Array.prototype.some.call(document.querySelectorAll("main input[type=text], main textarea, main input[type=checkbox]"), function (field) {
      return field.type === "checkbox" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
    });
  }
  setTimeout(ask, 2000);
})();
