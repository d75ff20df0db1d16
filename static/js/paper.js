/* A quiz paper: <form data-paper>. Each choice is saved at once and says so; until the server has answered it stays in this browser,
   under the person whose paper it is. Without this script the form still submits whole. */
(function () {
  "use strict";
  var form = document.querySelector("[data-paper]");
  if (!form) { return; }
  var person = document.body.getAttribute("data-person"), name = "hall.paper." + person + "." + form.getAttribute("data-attempt");
  var token = form.querySelector("[name=csrf_token]").value;
  var kept = load();

  function load() { try { return JSON.parse(localStorage.getItem(name)) || {}; } catch (fault) { return {}; } }
  function store() { try { localStorage.setItem(name, JSON.stringify(kept)); } catch (fault) { /* the form itself still holds it */ } }

  Array.prototype.forEach.call(form.querySelectorAll("[data-question]"), function (box) {
    var question = box.getAttribute("data-question");
    if (kept[question]) {
      Array.prototype.forEach.call(box.querySelectorAll("input"), function (input) { input.checked = kept[question].chosen.indexOf(Number(input.value)) >= 0; });
      send(box, question);
    }
    box.addEventListener("change", function () {
      var chosen = Array.prototype.filter.call(box.querySelectorAll("input"), function (input) { return input.checked; }).map(function (input) { return Number(input.value); });
      var sequence = Math.max(Number(box.getAttribute("data-sequence")), kept[question] ? kept[question].sequence : 0) + 1;
      box.setAttribute("data-sequence", sequence);
      kept[question] = { chosen: chosen, sequence: sequence };
      store();
      send(box, question);
    });
  });

  function send(box, question) {
    var mine = kept[question], said = box.querySelector("[data-saved]");
    if (!mine) { return; }
    fetch(form.getAttribute("data-answers"), {
      method: "POST", credentials: "same-origin",
      headers: { "Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ question: Number(question), chosen: mine.chosen, sequence: mine.sequence })
    }).then(function (answer) {
      if (!answer.ok) { throw answer; }
      return answer.json();
    }).then(function (body) {
      if (kept[question] && kept[question].sequence === mine.sequence) { delete kept[question]; store(); said.textContent = "已保存 " + body.saved; }
    }).catch(function (fault) {
      if (fault && fault.status === 422) { delete kept[question]; store(); location.reload(); return; }
      said.textContent = fault && fault.status === 401 ? "登录已过期，答案存在手机里，重新登录后回到这一页会自动补上。" : "网络断了，答案存在手机里，连上网会自动补上。";
      if (!fault || fault.status !== 401) { setTimeout(function () { send(box, question); }, 4000 + 4000 * Math.random()); }
    });
  }
  form.addEventListener("submit", function () { try { localStorage.removeItem(name); } catch (fault) { /* nothing was kept */ } });
})();
