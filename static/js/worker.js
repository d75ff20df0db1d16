/* The service worker, where the browser has one: styles and scripts from its own store, pages of study from the network and, without one, as
   they were last seen. Pages are kept under the person they were made for, and go when that person signs out or another signs in. */
(function () {
  "use strict";
  var LANGUAGE = /[?&]language=en\b/.test(self.location.search) ? "en" : "zh-CN";
  importScripts("words.js");
  if (LANGUAGE === "en") { importScripts("../words/en.js"); }
  var SHELL = "hall-shell", OF = "hall-of-", MOST = 160;
  var KEPT = /^\/$|^\/courses(\/\d+)?$|^\/lessons\/\d+$|^\/downloads$|^\/help(\/\w+)?$/;

  self.addEventListener("install", function (event) { event.waitUntil(self.skipWaiting()); });
  self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });
  self.addEventListener("fetch", function (event) {
    var request = event.request, url = new URL(request.url);
    if (url.origin !== self.location.origin) { return; }
    if (request.method === "POST" && url.pathname === "/sign-out") {
      event.respondWith(only("").then(function () { return fetch(request); }).catch(function () { return nowhere(); }));
    } else if (request.method === "GET" && (url.pathname.indexOf("/styles/") === 0 || (url.pathname.indexOf("/static/") === 0 && url.search))) {
      event.respondWith(asset(request));
    } else if (request.method === "GET" && request.mode === "navigate") {
      event.respondWith(visit(event, url));
    }
  });
  self.addEventListener("message", function (event) { if (event.data && event.data.keep) { event.waitUntil(gather(event.data.keep)); } });

  function asset(request) {
    return caches.open(SHELL).then(function (shell) {
      return shell.match(request.url).then(function (kept) { return kept || fetch(request).then(function (answer) { return stored(shell, request.url, answer); }); });
    });
  }
  /* Keep the newest of each file. */
  function stored(shell, address, answer) {
    if (answer.status !== 200) { return answer; }
    var copy = answer.clone(), family = address.replace(/\?.*$/, "").replace(/\/styles\/.*$/, "/styles/");
    return shell.keys().then(function (all) {
      return Promise.all(all.filter(function (old) { return old.url !== address && old.url.indexOf(family) === 0; }).map(function (old) { return shell.delete(old); }));
    }).then(function () { return shell.put(address, copy); }).then(function () { return answer; }, function () { return answer; });
  }

  function visit(event, url) {
    return fetch(event.request).then(function (answer) {
      var whose = answer.headers.get("Hall-Person");
      if (whose === null) { return answer; }
      return only(whose).then(function () {
        if (whose && answer.status === 200 && KEPT.test(url.pathname)) { event.waitUntil(keep(whose, url.href, answer.clone())); }
        return answer;
      });
    }, function () { return found(url).then(function (kept) { return kept || nowhere(); }); });
  }
  /* Let go of everything that is not this person's; of everything, for nobody. */
  function only(whose) {
    return caches.keys().then(function (all) {
      return Promise.all(all.filter(function (name) { return name.indexOf(OF) === 0 && name !== OF + whose; }).map(function (name) { return caches.delete(name); }));
    });
  }
  function keep(whose, address, answer) {
    return caches.open(OF + whose).then(function (cache) {
      return cache.put(address, answer).then(function () { return cache.keys(); }).then(function (all) {
        var pages = all.filter(function (one) { return new URL(one.url).pathname.indexOf("/downloads/") !== 0; });
        return Promise.all(pages.slice(0, Math.max(0, pages.length - MOST)).map(function (one) { return cache.delete(one); }));
      });
    }).catch(function () { /* no room: the page is simply not there offline */ });
  }
  function found(url) {
    return caches.match(url.href).then(function (exact) { return exact || (KEPT.test(url.pathname) ? caches.match(url.href, { ignoreSearch: true }) : null); });
  }
  /* In the dress of the kept pages: their style sheet, and the size of type that home was last seen in. */
  function nowhere() {
    return Promise.all([caches.open(SHELL).then(function (shell) { return shell.keys(); }), caches.match(new URL("/", self.location.origin).href).then(function (home) { return home ? home.text() : ""; })])
      .then(function (both) {
        var sheets = both[0].filter(function (one) { return new URL(one.url).pathname.indexOf("/styles/") === 0; }), frame = /<html[^>]*>/.exec(both[1]);
        return said(sheets.length ? sheets[0].url : "", frame ? frame[0] : "");
      }).catch(function () { return said("", ""); });
  }
  function said(sheet, frame) {
    return new Response("<!doctype html>" + (frame || "<html lang=\"" + LANGUAGE + "\">") + "<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>" + _("没有网络 · 空中大讲堂") + "</title>" +
      (sheet ? "<link rel=\"stylesheet\" href=\"" + sheet + "\">" : "") + "</head>" +
      "<body><main class=\"narrow\"><h1>" + _("现在没有网络") + "</h1><p>" + _("这一页没有存在手机里。学习记录都存着，连上网会自动补交。") + "</p>" +
      "<p class=\"actions\"><a class=\"button primary\" href=\"/downloads\">" + _("打开已下载的课") + "</a> <a class=\"button\" href=\"/\">" + _("回首页") + "</a></p></main></body></html>",
      { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
  }

  /* Fetch what makes the started courses readable without a network, when it has changed. */
  function gather(person) {
    return caches.open(OF + person).then(function (cache) {
      return Promise.all([fetch("/offline", { credentials: "same-origin" }), cache.match("/offline")]).then(function (both) {
        if (both[0].status !== 200) { return null; }
        return Promise.all([both[0].clone().json(), both[1] ? both[1].json() : {}]).then(function (said) {
          if (String(said[0].person) !== String(person) || said[0].stamp === said[1].stamp) { return null; }
          return inTurn(said[0].shell, function (address) { return asset(new Request(new URL(address, self.location.origin).href)); }).then(function () {
            return inTurn(said[0].pages, function (address) { return copied(cache, address, person); });
          }).then(function () { return cache.put("/offline", both[0]); });
        });
      });
    }).catch(function () { /* another time */ });
  }
  function copied(cache, address, person) {
    return fetch(address, { credentials: "same-origin", headers: { "Offline-Copy": "yes" } }).then(function (answer) {
      return answer.status === 200 && answer.headers.get("Hall-Person") === String(person) ? cache.put(address, answer) : null;
    });
  }
  function inTurn(list, step) { return list.reduce(function (before, one) { return before.then(function () { return step(one); }); }, Promise.resolve()); }
})();
