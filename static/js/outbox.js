/* What was studied is written to this browser first, under the person who studied, and removed only when the server has answered that
   it is durable. Spans are [start, stop] in seconds of the media; the server keeps their union, so sending twice changes nothing. Each
   page writes a record of its own, so two tabs never overwrite each other; what a page left behind is sent by the next one, at once if
   that page had time to say that it goes, else when it has been silent for a while. */
var Outbox = (function () {
  "use strict";
  var person = document.body.getAttribute("data-person");
  var meta = document.querySelector("meta[name=csrf-token]");
  var token = meta ? meta.getAttribute("content") : "";
  var page = name(), mine = {}, busy = {}, waits = {}, timers = {}, failures = {}, listeners = [], silent = false, arrived = "";
  var MOST = 300, ALIVE = 15000, LONGEST = 180 * 86400000;  /* milliseconds; the server takes late reports as long */

  function name() {
    var out = "";
    while (out.length < 16) { out += Math.random().toString(36).slice(2, 10); }
    return out.slice(0, 16);
  }
  function prefix(kind) { return "hall." + kind + "." + person + "."; }
  function key(lesson, source) { return prefix("watch") + lesson + "." + source; }

  /* The browser's storage, which may be full, cleared or forbidden: then what this page knows is kept in the page alone. */
  function load(where) { try { return JSON.parse(localStorage.getItem(where)); } catch (fault) { return null; } }
  function store(where, value) {
    try {
      if (value) { localStorage.setItem(where, JSON.stringify(value)); } else { localStorage.removeItem(where); }
      return true;
    } catch (fault) { return false; }
  }
  function names(start) {
    var found = [];
    try {
      for (var place = 0; place < localStorage.length; place += 1) {
        if (localStorage.key(place).indexOf(start) === 0) { found.push(localStorage.key(place)); }
      }
    } catch (fault) { found = []; }
    return found;
  }

  function merged(spans) {
    var out = [];
    spans.slice().sort(function (a, b) { return a[0] - b[0]; }).forEach(function (span) {
      var last = out[out.length - 1];
      if (span[1] <= span[0]) { return; }
      if (last && span[0] <= last[1] + 0.05) { last[1] = Math.max(last[1], span[1]); } else { out.push([span[0], span[1]]); }
    });
    return out;
  }
  function without(spans, taken) {
    return taken.reduce(function (left, cut) {
      var out = [];
      left.forEach(function (span) {
        out.push([span[0], Math.min(span[1], cut[0])], [Math.max(span[0], cut[1]), span[1]]);
      });
      return out.filter(function (span) { return span[1] > span[0]; });
    }, spans);
  }
  function whole(spans) {
    return spans.map(function (span) { return [Math.ceil(span[0]), Math.floor(span[1])]; }).filter(function (span) { return span[0] < span[1]; });
  }
  function says(record) { return whole(record.spans).length > 0 || Boolean(record.moved); }

  function post(url, body, leaving) {
    body.person = Number(person);
    if (leaving && window.Request && !("keepalive" in window.Request.prototype) && navigator.sendBeacon) {
      var form = new FormData();
      form.append("csrf_token", token);
      form.append("report", JSON.stringify(body));
      navigator.sendBeacon(url, form);
      return new Promise(function () { /* the page is gone; the next one sends again what is kept */ });
    }
    return fetch(url, {
      method: "POST", credentials: "same-origin", keepalive: Boolean(leaving),
      headers: { "Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": token },
      body: JSON.stringify(body)
    }).then(function (answer) {
      if (!answer.ok) { throw answer; }
      return answer.json();
    });
  }

  /* The record of this page about a lesson. Studying a lecture that was downloaded goes on in the session that its download opened. */
  function record(lesson) {
    if (!mine[lesson]) {
      var download = load(prefix("download") + lesson);
      mine[lesson] = { spans: [], position: 0, held: 0, moved: false, sound: false, sequence: 0, key: name(), session: download && download.session || null };
    }
    return mine[lesson];
  }

  /* Remember that [start, stop] was played. False when the browser would not keep it. */
  function add(lesson, start, stop, position, sound) {
    var kept = record(lesson);
    if (kept.left) { kept.left = false; kept.sequence += 1; }  /* another page may have spoken for this one meanwhile */
    kept.spans = merged(kept.spans.concat([[start, stop]]));
    kept.position = position; kept.sound = Boolean(sound); kept.moved = true; kept.held = Date.now();
    return store(key(lesson, page), kept);
  }

  /* Where this browser stood last in a lesson, as long as the server has not answered for it. */
  function stood(lesson) {
    var found = names(prefix("watch") + lesson).map(load).filter(function (kept) { return kept && kept.moved; });
    found.sort(function (a, b) { return (b.held || 0) - (a.held || 0); });
    return found.length ? found[0].position : null;
  }

  function opened(lesson, kept, leaving) {
    if (kept.session) { return Promise.resolve(kept); }
    kept.key = kept.key || name();
    return post("/lessons/" + lesson + "/sessions", { key: kept.key }, leaving).then(function (answer) {
      kept.session = answer.session; kept.sequence = 0;
      return kept;
    });
  }

  /* Send a record; resolves with the server's answer, or null when it stays kept. `rest` is told what is left. */
  function send(lesson, kept, rest, leaving) {
    var sent, held;
    return opened(lesson, kept, leaving).then(function () {
      sent = whole(kept.spans).slice(0, MOST); held = kept.held; kept.sequence = (kept.sequence || 0) + 1;
      var ago = Math.max(0, Math.floor((Date.now() - (held || Date.now())) / 1000));
      return post("/sessions/" + kept.session + "/reports", {
        id: page, sequence: kept.sequence, spans: sent, position: Math.floor(kept.position || 0), ago: ago, sound: Boolean(kept.sound)
      }, leaving);
    }).then(function (said) {
      kept.spans = without(kept.spans, sent);
      kept.moved = kept.moved && kept.held !== held;
      if (said.open === false) { kept.session = null; kept.key = null; }
      rest(kept);
      return said;
    }).catch(function (fault) {
      if (!fault || fault.status !== 404) { throw fault; }
      if (!kept.session) { throw { status: 422 }; }  /* the lesson itself is not there: another session would not help */
      kept.session = null; kept.key = null;
      rest(kept);
      throw fault;
    });
  }

  /* Send what this page knows of a lesson. A page that is being left, or hidden and perhaps never shown again, says so beside what it keeps. */
  function flush(lesson, leaving) {
    if (!person || silent || (busy[lesson] && !leaving)) { return Promise.resolve(null); }
    busy[lesson] = true;
    var kept = record(lesson);
    if (leaving && says(kept)) { kept.left = true; store(key(lesson, page), kept); }
    return send(lesson, kept, function (left) { store(key(lesson, page), says(left) ? left : null); }, leaving).then(function (said) {
      busy[lesson] = false; waits[lesson] = 0;
      tell(lesson, "saved", said);
      if (says(kept)) { later(lesson, 2); } else if (said.waiting > 0 && !said.finished) { later(lesson, Math.min(30, 1 + said.waiting / 2)); }
      return said;
    }).catch(function (fault) {
      busy[lesson] = false;
      return failed(lesson, fault, function () { return flush(lesson); });
    });
  }

  /* What was kept by a page that is no more: sent as it stands, and removed unless it has changed meanwhile. */
  function sendLeft(where) {
    var parts = where.split("."), lesson = parts[3], before = null, kept;
    try { before = localStorage.getItem(where); kept = JSON.parse(before); } catch (fault) { kept = null; }
    if (!kept || !kept.spans || parts[4] === page || (!kept.left && Math.abs(Date.now() - (kept.held || 0)) < ALIVE)) { return; }
    if (!says(kept) || Date.now() - (kept.held || 0) > LONGEST) { store(where, null); return; }
    send(lesson, kept, function (left) {
      var unchanged = false;
      try { unchanged = localStorage.getItem(where) === before; } catch (fault) { unchanged = false; }
      if (unchanged) { store(where, says(left) ? left : null); }
    }).then(function (said) {
      failures[where] = 0;
      tell(lesson, "saved", said);
      if (says(kept)) { sendLeft(where); }
    }).catch(function (fault) {
      count(where, fault);
      failed(lesson, fault, function () { sendLeft(where); });
    });
  }
  /* What the server will not take, because its lesson is closed, waits without a word: it may be opened again. */
  function count(where, fault) { failures[where] = fault && (fault.status === 403 || fault.status === 422) ? 0 : (failures[where] || 0) + 1; }

  /* 读完了 on a text, kept until the server has taken it; a text read offline may have to wait as long as reading it takes. */
  function read(lesson) {
    var stored = store(prefix("read") + lesson, { held: Date.now() });
    sendRead(prefix("read") + lesson);
    return stored;
  }
  function sendRead(where) {
    var lesson = where.split(".")[3];
    clearTimeout(timers[where]);
    return post("/lessons/" + lesson + "/reading", {}).then(function (said) {
      failures[where] = 0;
      if (said.finished) { store(where, null); } else { timers[where] = setTimeout(function () { sendRead(where); }, (said.wait + 1) * 1000); }
      tell(lesson, said.finished ? "read" : "reading", said);
    }).catch(function (fault) {
      count(where, fault);
      return failed(lesson, fault, function () { return sendRead(where); });
    });
  }

  /* A paper that was left with answers unsent, or was handed in without a network, goes from whichever page is open; its own page speaks for itself. */
  function sendPaper(where) {
    var attempt = where.split(".")[3], about = "paper " + attempt, url = "/attempts/" + attempt, kept = load(where), open = document.querySelector("[data-paper]");
    if (!kept || busy[about] || (open && open.getAttribute("data-attempt") === attempt)) { return; }
    var answers = Object.keys(kept).filter(function (key) { return key !== "hand-in"; }).map(function (key) {
      return { question: Number(key), chosen: kept[key].chosen, sequence: kept[key].sequence };
    });
    busy[about] = true;
    (kept["hand-in"] ? post(url + "/submission", { answers: answers }).then(function () { store(where, null); arrived = url; }) : answers.reduce(function (before, one) {
      return before.then(function () { return post(url + "/answers", one); }).then(function () { forget(where, one); });
    }, Promise.resolve())).then(function () {
      busy[about] = false; failures[where] = 0;
      show();
    }).catch(function (fault) {
      busy[about] = false;
      count(where, fault);
      if (fault && fault.status === 422) { over(where, url); } else { failed(about, fault, function () { sendPaper(where); }); }
    });
  }
  function forget(where, one) {
    var kept = load(where);
    if (!kept || !kept[one.question] || kept[one.question].sequence !== one.sequence) { return; }
    delete kept[one.question];
    store(where, Object.keys(kept).length ? kept : null);
  }
  /* What the server does not take of a paper that was handed in on another device is let go; else the paper itself says what is wrong. */
  function over(where, url) {
    fetch(url, { credentials: "same-origin" }).then(function (answer) { return answer.ok ? answer.text() : "data-paper"; }).then(function (text) {
      if (text.indexOf("data-paper") < 0) { store(where, null); show(); }
    }).catch(function () { /* another time */ });
  }

  function failed(lesson, fault, again) {
    var status = fault && fault.status;
    if (status === 409) { silent = true; tell(lesson, "other", null); return null; }
    if (status === 400 || status === 401) { return asked(lesson, again); }
    tell(lesson, status === 403 || status === 422 ? "refused" : "kept", null);
    if (status !== 403 && status !== 422) { setTimeout(again, after(fault, lesson) * 1000); }
    return null;
  }
  /* Signed out, or a page open for so long that its token is old: ask who is here before saying anything more. */
  function asked(lesson, again) {
    return fetch("/who", { credentials: "same-origin", headers: { "Accept": "application/json" } }).then(function (answer) { return answer.json(); }).then(function (now) {
      if (String(now.person) !== person) { silent = true; tell(lesson, now.person ? "other" : "signed-out", null); return null; }
      if (now.token === token) { tell(lesson, "refused", null); return null; }
      token = now.token;
      return again();
    }).catch(function () { tell(lesson, "kept", null); setTimeout(again, after(null, lesson) * 1000); return null; });
  }

  /* How long to wait before the next try: never sooner than asked, and not all at once. */
  function after(fault, lesson) {
    var wish = fault && fault.headers ? Number(fault.headers.get("Retry-After")) : 0;
    waits[lesson] = Math.min(120, (waits[lesson] || 2) * 2);
    return Math.max(wish || 0, waits[lesson] / 2) * (1 + 0.5 * Math.random());
  }
  function later(lesson, seconds) {
    clearTimeout(timers[lesson]);
    timers[lesson] = setTimeout(function () { flush(lesson); }, seconds * 1000);
  }

  function tell(lesson, what, said) {
    listeners.forEach(function (listener) { listener(String(lesson), what, said); });
    show();
  }
  /* Say what this browser could not hand in though it tried twice, and what it keeps for others. */
  function show() {
    var line = document.querySelector("[data-outbox]"), own = {}, others = false;
    if (!line) { return; }
    names("hall.watch.").concat(names("hall.read."), names("hall.paper.")).forEach(function (where) {
      var kept = load(where), parts = where.split(".");
      if (!kept || (kept.spans && !says(kept)) || parts[4] === page) { return; }
      if (parts[2] !== person) { others = true; } else if (failures[where] > 1) { own[parts[1] === "paper" ? where : parts[3]] = true; }
    });
    var count = Object.keys(own).length;
    line.hidden = count === 0 && !others && !arrived;
    line.textContent = (count ? _("这台设备里还有 %(count)s 课的学习记录没交上去，连上网会自动补交，不会丢。", { count: count }) : "") + (count && others ? " " : "") +
      (others ? _("这台设备里还存着另一位同志没交上去的学习记录，等他本人登录后自动补交，不会算到您名下。") : "");
    if (arrived && !count) { tellArrived(line); }
  }

  function tellArrived(line) {
    var link = document.createElement("a");
    link.href = arrived;
    link.textContent = _("看结果");
    line.textContent = _("没有网络时交的卷子已经送到。") + line.textContent;
    line.appendChild(link);
  }

  function flushAll() {
    Object.keys(mine).forEach(function (lesson) { if (says(mine[lesson])) { flush(lesson); } });
    names(prefix("watch")).forEach(sendLeft);
    names(prefix("read")).forEach(sendRead);
    names(prefix("paper")).forEach(sendPaper);
  }
  /* A page that the browser kept is shown to nobody but its person. */
  function ours() {
    var found = /(?:^|; )who=(\d*)/.exec(document.cookie);
    return !navigator.cookieEnabled || (found ? found[1] : "") === person;
  }
  function look(restored) {
    if (!ours() && (restored || location.pathname !== "/")) {
      silent = true;
      document.documentElement.hidden = true;
      if (restored) { location.reload(); } else { location.replace("/"); }
      return;
    }
    if (restored && !document.querySelector("[data-player], [data-paper]")) { location.reload(); } else { flushAll(); show(); }
  }

  if (person) {
    window.addEventListener("online", flushAll);
    window.addEventListener("pageshow", function (event) { if (event.persisted) { look(true); } });
    look(false);
    setTimeout(flushAll, ALIVE + 1000);
  }
  return {
    add: add, flush: flush, stood: stood, read: read, name: name, post: post, load: load, store: store, names: names, prefix: prefix,
    person: person, listen: function (listener) { listeners.push(listener); }
  };
})();
