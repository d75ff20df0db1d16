/* A quiz paper: <form data-paper>. Each answer is written to this browser first, under the person whose paper it is, then sent, and
   forgotten here only when the server has said that it is kept. So a paper can be filled in without a network and handed in later.
   Without this script the form still saves and submits whole. */
(function () {
  "use strict";
  var form = document.querySelector("[data-paper]");
  if (!form) { return; }
  var person = document.body.getAttribute("data-person"), name = "hall.paper." + person + "." + form.getAttribute("data-attempt");
  var token = form.querySelector("[name=csrf_token]"), waiting = form.querySelector("[data-waiting]"), timer = null, wait = 4, busy = {}, done = false;
  var ANOTHERS = _("这份卷子不是现在登录的人的。答案仍存在这台设备上，请换回原来的人登录。");
  var memory = {};  /* where storage is shut, the page itself remembers */
  var boxes = {}, asked = "";

  form.classList.add("scripted");
  each(form.querySelectorAll("[data-question]"), function (box) { boxes[box.getAttribute("data-question")] = box; begin(box); });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    noteAll();
    if (!sure()) { return; }
    keep("hand-in", true);
    push();
  });
  window.addEventListener("online", push);
  window.addEventListener("pageshow", function (event) { if (event.persisted) { push(); } });
  document.addEventListener("visibilitychange", function () { if (document.visibilityState === "visible") { push(); } else { noteAll(); } });
  countDown();
  push();

  function each(list, then) { Array.prototype.forEach.call(list, then); }
  function read() { try { return JSON.parse(localStorage.getItem(name)) || memory; } catch (fault) { return memory; } }
  function write(kept) {
    memory = kept;
    try { if (Object.keys(kept).length) { localStorage.setItem(name, JSON.stringify(kept)); } else { localStorage.removeItem(name); } } catch (fault) { /* kept in memory */ }
  }
  function keep(key, value) { var kept = read(); if (value === null) { delete kept[key]; } else { kept[key] = value; } write(kept); }

  /* What stands in the form for one question: places of options, or the text of a blank. */
  function chosen(box) {
    if (box.getAttribute("data-kind") === "fill_in") { var text = box.querySelector("input").value.trim(); return text ? [text] : []; }
    return Array.prototype.filter.call(box.querySelectorAll("input"), function (input) { return input.checked; }).map(function (input) { return Number(input.value); });
  }
  function show(box, value) {
    each(box.querySelectorAll("input"), function (input) {
      if (box.getAttribute("data-kind") === "fill_in") { input.value = value.length ? value[0] : ""; } else { input.checked = value.indexOf(Number(input.value)) >= 0; }
    });
  }
  /* A paper with gaps is handed in by a second press only. */
  function sure() {
    var gaps = [], told = form.querySelector("[data-unanswered]"), before = asked;
    each(form.querySelectorAll("[data-question]"), function (box, place) { if (!chosen(box).length) { gaps.push(place + 1); } });
    asked = gaps.join(_("、"));
    var again = !asked || asked === before;
    told.hidden = again;
    told.querySelector("[data-words]").textContent = _("第 %(places)s 题还没有答。可以接着做；不做了就再点一次“交卷”。", { places: asked });
    if (!again) { told.scrollIntoView({ block: "center" }); }
    return again;
  }
  function sequence(box) { return Number(box.getAttribute("data-sequence")); }

  /* On opening: what this browser still holds is newer than the page, unless another device has gone on since. */
  function begin(box) {
    var question = box.getAttribute("data-question"), mine = read()[question], typing = null;
    box.setAttribute("data-sent", JSON.stringify(chosen(box)));
    if (mine && mine.sequence >= sequence(box)) { show(box, mine.chosen); note(box); } else if (mine) { keep(question, null); }
    box.addEventListener("change", function () { note(box); push(); });
    box.addEventListener("input", function (event) {
      if (event.target.type !== "text") { return; }
      clearTimeout(typing);
      typing = setTimeout(function () { note(box); push(); }, 1200);
    });
  }
  function note(box) {
    if (done) { return; }
    var question = box.getAttribute("data-question"), now = chosen(box), mine = read()[question];
    if (mine ? JSON.stringify(mine.chosen) === JSON.stringify(now) : box.getAttribute("data-sent") === JSON.stringify(now)) { return; }
    keep(question, { chosen: now, sequence: Math.max(sequence(box), mine ? mine.sequence : 0) + 1 });
  }
  function noteAll() { Object.keys(boxes).forEach(function (question) { note(boxes[question]); }); }

  /* Send everything that is still kept here; when nothing is left and the paper is to be handed in, hand it in. */
  function push() {
    clearTimeout(timer);
    if (done) { return; }
    var kept = read(), left = Object.keys(kept).filter(function (key) { return boxes[key]; });
    if (kept["hand-in"]) { handIn(left); return; }
    left.forEach(send);
    if (!left.length) { say("", false); }
  }
  function post(url, body) {
    return fetch(url, {
      method: "POST", credentials: "same-origin",
      headers: { "Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": token.value },
      body: JSON.stringify(body)
    }).then(function (answer) { if (!answer.ok) { throw answer; } return answer.json(); });
  }
  function send(question) {
    if (busy[question]) { return; }
    var box = boxes[question], mine = read()[question], said = box.querySelector("[data-saved]");
    busy[question] = true;
    post(form.getAttribute("data-answers"), { question: Number(question), chosen: mine.chosen, sequence: mine.sequence }).then(function (body) {
      busy[question] = false; wait = 4;
      settle(box, mine, body);
      said.textContent = body.late ? _("已留下，截止后答的，不计分") : _("已保存 %(when)s", { when: body.saved });
      if (read()[question]) { send(question); } else { push(); }
    }).catch(function (fault) {
      busy[question] = false;
      said.textContent = _("已存在这台设备上，还没送到");
      trouble(fault, question);
    });
  }
  /* The server has answered: what was sent is kept, or another device was ahead and this, the later choice of the person, goes after it. */
  function settle(box, mine, body) {
    var question = box.getAttribute("data-question"), now = read()[question];
    box.setAttribute("data-sequence", Math.max(sequence(box), body.sequence));
    if (!now) { return; }
    if (!body.stands) { keep(question, { chosen: now.chosen, sequence: body.sequence + 1 }); return; }
    if (now.sequence === mine.sequence) { box.setAttribute("data-sent", JSON.stringify(mine.chosen)); keep(question, null); }
  }
  function handIn(left) {
    if (busy["hand-in"]) { return; }
    var kept = read();
    busy["hand-in"] = true;
    each(form.querySelectorAll("button"), function (button) { button.disabled = true; });
    post(form.getAttribute("action"), { answers: left.map(function (question) { return { question: Number(question), chosen: kept[question].chosen, sequence: kept[question].sequence }; }) }).then(function (body) {
      done = true;
      write({});
      turn();
    }).catch(function (fault) {
      busy["hand-in"] = false;
      each(form.querySelectorAll("button"), function (button) { button.disabled = false; });
      trouble(fault);
    });
  }

  /* The paper's address shows its result now, from the top: reading a page anew keeps its place, and whoever hands in stands at the end. */
  function turn() {
    window.scrollTo(0, 0);
    location.reload();
  }
  function trouble(fault, question) {
    if (done) { return; }
    var status = fault && fault.status, handing = read()["hand-in"];
    if (status === 422) { refused(question); return; }
    if (status === 403 || status === 404 || status === 409) { say(ANOTHERS, true); return; }
    if (status === 400 || status === 401) {
      say(handing ? _("登录已过期。答案都存在这台设备上，这一页不用关：登录后会自动交卷。") : _("登录已过期。答案都存在这台设备上，这一页不用关：登录后会自动补上。"), true);
      renew();
      return;
    }
    say(handing ? _("还没有交上：网络不通。答案都存在这台设备上，连上网会自动交卷。") : _("网络不通。答案都存在这台设备上，可以接着做，连上网会自动补上。"), false);
    later(fault);
  }
  /* An answer that the server does not take is let go; if the paper was handed in on another device, so is all that waits for it. */
  function refused(question) {
    fetch(location.pathname, { credentials: "same-origin" }).then(function (answer) { return answer.text(); }).then(function (text) {
      if (text.indexOf("data-paper") < 0) { write({}); } else { keep(question || "hand-in", null); }
      done = true;
      turn();
    }).catch(later);
  }
  function later(fault) {
    var asked = fault && fault.headers ? Number(fault.headers.get("Retry-After")) : 0;
    wait = Math.min(60, wait * 1.6);
    clearTimeout(timer);
    timer = setTimeout(push, (asked || wait) * 1000 * (0.7 + 0.6 * Math.random()));
  }
  /* After signing in on another page the old token is void: fetch this page anew for a token, if it is still the same person's. */
  function renew() {
    fetch(location.pathname, { credentials: "same-origin", headers: { "Accept": "text/html" } }).then(function (answer) { return answer.text(); }).then(function (text) {
      var page = new DOMParser().parseFromString(text, "text/html"), fresh = page.querySelector("[data-paper] [name=csrf_token]");
      var who = page.body.getAttribute("data-person");
      if (who === person && fresh) { wait = 2; }  /* signed in again: try soon, also what was under way with the old token */
      if (who === person && fresh && fresh.value !== token.value) { token.value = fresh.value; push(); return; }
      if (who === person && !fresh) { turn(); return; }
      if (who && who !== person) { say(ANOTHERS, true); }
      later(null);
    }).catch(later);
  }
  function say(words, signIn) {
    waiting.hidden = !words;
    waiting.querySelector("[data-words]").textContent = words;
    waiting.querySelector("[data-sign-in]").hidden = !signIn;
  }

  function countDown() {
    var notice = form.parentNode.querySelector("[data-left]");
    if (!notice) { return; }
    var until = performance.now() + 1000 * Number(notice.getAttribute("data-left")), clock = notice.querySelector("[data-clock]");
    (function tick() {
      var left = Math.max(0, Math.round((until - performance.now()) / 1000));
      clock.textContent = left ? _("还剩 %(minutes)s 分 %(seconds)s 秒", { minutes: Math.floor(left / 60), seconds: left % 60 }) : _("时间到了，正在交卷。");
      if (left === 2) { noteAll(); push(); }  /* what is being typed arrives in time */
      if (left) { setTimeout(tick, 1000); } else { noteAll(); keep("hand-in", true); push(); }
    })();
  }
})();
