/* What was studied is written to this browser first, under the person who studied, and removed only when the server has answered that
   it is durable. Spans are [start, stop] in seconds of the media; the server keeps their union, so sending twice changes nothing. */
var Outbox = (function () {
  "use strict";
  var person = document.body.getAttribute("data-person");
  var meta = document.querySelector("meta[name=csrf-token]");
  var token = meta ? meta.getAttribute("content") : "";
  var busy = {}, waits = {}, listeners = [];

  function key(lesson) { return "hall.watch." + person + "." + lesson; }

  function read(lesson) {
    try { return JSON.parse(localStorage.getItem(key(lesson))) || { spans: [] }; } catch (fault) { return { spans: [] }; }
  }
  function write(lesson, value) {
    try {
      if (value.spans.length || value.moved) { localStorage.setItem(key(lesson), JSON.stringify(value)); } else { localStorage.removeItem(key(lesson)); }
      return true;
    } catch (fault) { return false; }
  }

  function merged(spans) {
    var out = [];
    spans.slice().sort(function (a, b) { return a[0] - b[0]; }).forEach(function (span) {
      var last = out[out.length - 1];
      if (span[1] - span[0] < 0.01) { return; }
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
      return out.filter(function (span) { return span[1] - span[0] > 0.01; });
    }, spans);
  }
  function whole(spans) {
    return spans.map(function (span) { return [Math.ceil(span[0]), Math.floor(span[1])]; }).filter(function (span) { return span[0] < span[1]; });
  }

  function post(url, body, leaving) {
    return fetch(url, {
      method: "POST", credentials: "same-origin", keepalive: Boolean(leaving),
      headers: { "Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": token },
      body: JSON.stringify(body)
    });
  }

  function session(lesson) {
    var name = "hall.session." + person + "." + lesson, kept = null;
    try { kept = JSON.parse(sessionStorage.getItem(name)); } catch (fault) { kept = null; }
    if (kept) { return Promise.resolve(kept); }
    return post("/lessons/" + lesson + "/sessions", {}).then(function (answer) {
      if (!answer.ok) { throw answer; }
      return answer.json();
    }).then(function (opened) {
      var fresh = { id: opened.session, sequence: 0 };
      keep(lesson, fresh);
      return fresh;
    });
  }
  function keep(lesson, value) {
    try { sessionStorage.setItem("hall.session." + person + "." + lesson, JSON.stringify(value)); } catch (fault) { /* private mode: kept in memory alone */ }
  }
  function forget(lesson) {
    try { sessionStorage.removeItem("hall.session." + person + "." + lesson); } catch (fault) { /* nothing to forget */ }
  }

  /* Remember that [start, stop] was played. */
  function add(lesson, start, stop, position, sound) {
    var kept = read(lesson);
    kept.spans = merged(kept.spans.concat([[start, stop]]));
    kept.position = position; kept.sound = Boolean(sound); kept.moved = true;
    return write(lesson, kept);
  }

  /* Send what is kept of a lesson; resolves with the server's answer, or null when it stays kept. */
  function flush(lesson, leaving) {
    if (!person || (busy[lesson] && !leaving)) { return Promise.resolve(null); }
    busy[lesson] = true;
    var kept = read(lesson), sent = whole(kept.spans);
    return session(lesson).then(function (open) {
      open.sequence += 1;
      keep(lesson, open);
      return post("/sessions/" + open.id + "/reports", { spans: sent, position: Math.floor(kept.position || 0), sequence: open.sequence, sound: Boolean(kept.sound) }, leaving);
    }).then(function (answer) {
      if (!answer.ok) { throw answer; }
      return answer.json();
    }).then(function (said) {
      var now = read(lesson);
      now.spans = without(now.spans, sent);
      now.moved = now.position !== kept.position;
      write(lesson, now);
      busy[lesson] = false; waits[lesson] = 0;
      tell(lesson, "saved", said);
      if (said.waiting > 0 && !said.finished) { later(lesson, Math.min(30, 1 + said.waiting / 2)); }
      return said;
    }).catch(function (fault) {
      busy[lesson] = false;
      if (fault && fault.status === 404) { forget(lesson); }
      tell(lesson, fault && (fault.status === 401 || fault.status === 400) ? "signed-out" : fault && fault.status === 422 ? "refused" : "kept", null);
      if (!fault || !([400, 401, 403, 422].indexOf(fault.status) >= 0)) { later(lesson, after(fault, lesson)); }
      return null;
    });
  }

  function after(fault, lesson) {
    var asked = fault && fault.headers ? Number(fault.headers.get("Retry-After")) : 0;
    waits[lesson] = Math.min(120, (waits[lesson] || 2) * 2);
    return (asked || waits[lesson]) * (0.7 + 0.6 * Math.random());
  }
  function later(lesson, seconds) { setTimeout(function () { flush(lesson); }, seconds * 1000); }
  function tell(lesson, what, said) { listeners.forEach(function (listener) { listener(String(lesson), what, said); }); }

  function all() {
    var start = "hall.watch." + person + ".", found = [];
    try {
      for (var place = 0; place < localStorage.length; place += 1) {
        var name = localStorage.key(place);
        if (name.indexOf(start) === 0) { found.push(name.slice(start.length)); }
      }
    } catch (fault) { found = []; }
    return found;
  }
  function flushAll() { all().forEach(function (lesson) { flush(lesson); }); }

  if (person) {
    window.addEventListener("online", flushAll);
    window.addEventListener("pageshow", function (event) {
      if (event.persisted && !document.querySelector("[data-player], [data-paper]")) { location.reload(); } else if (event.persisted) { flushAll(); }
    });
    flushAll();
  }
  return { add: add, flush: flush, read: read, listen: function (listener) { listeners.push(listener); } };
})();
