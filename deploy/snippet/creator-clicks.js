/*
 * Keeps the newest click ids of creators' links in a shop visitor's browser, with consent, and puts them into the cart.
 *
 *   <script src="creator-clicks.js" data-cart="shopify" defer></script>
 *
 *   data-parameter  the parameter that carries a click's id, and the name under which the order carries them (cclid)
 *   data-cart       "shopify": the cart's attributes; "form": hidden fields; anything else: read them by ids()
 *   data-forms      with "form": which forms get the field (form.checkout, form[data-creator-clicks])
 *   data-keep       "cookie": keep them in a first-party cookie, for checkouts that a server reads (local storage)
 *
 *   creatorClicks.consent(true | false)   what the visitor answered; call it on every page (not on Shopify, see below)
 *   creatorClicks.ids()                   the ids that may be used now, the oldest first
 *
 * Nothing is kept or handed over before consent. Where Shopify's Customer Privacy API is, it alone gives consent. A
 * browser that objects (Global Privacy Control, Do Not Track) is never asked twice: for it there is no consent.
 *
 * Syntax of ECMAScript 5; needs fetch, and so a browser of 2017 or newer. In an older one it does nothing.
 */
(function (window, document) {
  'use strict';

  var KEPT = 20;
  var LIMIT = 400 * 24 * 3600 * 1000;
  var NAME = 'creator_clicks';
  var ID = /^[0-9A-Za-z_-]{8,64}$/;
  var PIECE = /^([0-9A-Za-z_-]{8,64})\.([0-9]{12,14})$/;
  var MOST_LOOKS = 5;
  var WAITS = [1000, 4000, 15000];

  var before = window.creatorClicks;
  if (typeof window.fetch !== 'function' || (before && typeof before.consent === 'function')) {
    return;
  }

  var script = document.currentScript;
  var parameter = setting('parameter', 'cclid');
  var cart = setting('cart', '');
  var forms = setting('forms', 'form.checkout, form[data-creator-clicks]');
  var inCookie = setting('keep', '') === 'cookie';

  var landed = landing();
  var allowed = false;
  var inCart = null;
  var isBusy = false;
  var isWanted = false;
  var tries = 0;
  var looks = 0;

  function setting(name, otherwise) {
    return (script && script.getAttribute('data-' + name)) || otherwise;
  }

  /* The id in this page's address: the last one that has an id's shape, as the redirect puts it last. */
  function landing() {
    var pairs = window.location.search.slice(1, 8192).split('&');
    for (var i = pairs.length - 1; i >= 0; i--) {
      var at = pairs[i].indexOf('=');
      try {
        var id = decodeURIComponent(pairs[i].slice(at + 1));
        if (at > 0 && decodeURIComponent(pairs[i].slice(0, at)) === parameter && ID.test(id)) {
          return { id: id, at: new Date().getTime() };
        }
      } catch (error) {
        continue; // a broken percent sign: somebody else's parameter, or no id
      }
    }
    return null;
  }

  /* Global Privacy Control and Do Not Track. */
  function objects() {
    var asked = window.navigator.doNotTrack || window.doNotTrack || window.navigator.msDoNotTrack;
    return window.navigator.globalPrivacyControl === true || asked === '1' || asked === 'yes';
  }

  /* What is kept, as text: id.milliseconds|id.milliseconds. What is no such piece is passed over. */
  function parse(text) {
    var now = new Date().getTime();
    var found = [];
    var pieces = String(text || '').split('|');
    for (var i = 0; i < pieces.length; i++) {
      var piece = PIECE.exec(pieces[i]);
      if (piece) {
        found.push({ id: piece[1], at: Math.min(Number(piece[2]), now) });
      }
    }
    return found;
  }

  /* Each click once, since it was first seen; the oldest first, none older than the limit, the newest KEPT of them. */
  function newest(clicks) {
    var since = new Date().getTime() - LIMIT;
    var seen = {};
    var found = [];
    for (var i = 0; i < clicks.length; i++) {
      var known = seen['#' + clicks[i].id];
      if (known) {
        known.at = Math.min(known.at, clicks[i].at);
      } else if (clicks[i].at > since) {
        known = { id: clicks[i].id, at: clicks[i].at, place: i };
        seen['#' + known.id] = known;
        found.push(known);
      }
    }
    found.sort(function (one, other) {
      return one.at - other.at || one.place - other.place;
    });
    return found.slice(-KEPT);
  }

  function storage() {
    try {
      return window.localStorage; // throws where storage is switched off
    } catch (error) {
      return null;
    }
  }

  function stored() {
    var found = '';
    try {
      var store = storage();
      found = (store && store.getItem(NAME)) || '';
    } catch (error) {
      found = '';
    }
    return found + '|' + cookie();
  }

  function cookie() {
    var all = document.cookie.split('; ');
    for (var i = 0; i < all.length; i++) {
      if (all[i].indexOf(NAME + '=') === 0) {
        return all[i].slice(NAME.length + 1);
      }
    }
    return '';
  }

  function setCookie(text) {
    if (text || cookie()) {
      document.cookie =
        NAME + '=' + text + '; Path=/; SameSite=Lax; Max-Age=' + (text ? LIMIT / 1000 : 0) +
        (window.location.protocol === 'https:' ? '; Secure' : '');
    }
  }

  function setStorage(text) {
    try {
      var store = storage();
      if (!store) {
        return false;
      }
      if (text) {
        store.setItem(NAME, text);
      } else {
        store.removeItem(NAME);
      }
      return true;
    } catch (error) {
      return false; // full, or switched off
    }
  }

  function clicks() {
    var found = parse(stored());
    return newest(landed ? found.concat([landed]) : found);
  }

  /* Write what is there and what this page brought. Another tab may write at the same moment: look, and do it again. */
  function keep() {
    for (var round = 0; round < 3; round++) {
      var wanted = [];
      var found = clicks();
      for (var i = 0; i < found.length; i++) {
        wanted.push(found[i].id + '.' + found[i].at);
      }
      var text = wanted.join('|');
      if (inCookie || !setStorage(text)) {
        setCookie(text);
        setStorage('');
      } else {
        setCookie('');
      }
      if (!landed || stored().indexOf(landed.id) >= 0) {
        return;
      }
    }
  }

  function ids() {
    var found = allowed ? clicks() : [];
    var named = [];
    for (var i = 0; i < found.length; i++) {
      named.push(found[i].id);
    }
    return named;
  }

  /* The cart's own ids first, then ours: each once, where it is named last; a cart made elsewhere keeps its ids. */
  function together(value, ours) {
    var all = String(value || '').split(',').concat(ours);
    var found = [];
    for (var i = all.length - 1; i >= 0 && found.length < KEPT; i--) {
      var id = all[i].replace(/^\s+|\s+$/g, '');
      if (ID.test(id) && found.indexOf(id) < 0) {
        found.unshift(id);
      }
    }
    return found.join(',');
  }

  function root() {
    var routes = window.Shopify && window.Shopify.routes;
    return (routes && routes.root) || '/';
  }

  function answered(response) {
    if (!response.ok) {
      throw new Error('cart: ' + response.status);
    }
    return response.json();
  }

  /*
   * Shopify: compare with the cart, write what is missing, and look again, for another tab may have written at the same
   * moment. One at a time; a wish that comes meanwhile is met after it.
   */
  function carry(isForgetting) {
    if (cart !== 'shopify') {
      return;
    }
    if (isBusy) {
      isWanted = true;
      return;
    }
    isBusy = true;
    window.fetch(root() + 'cart.js', { credentials: 'same-origin', headers: { Accept: 'application/json' } })
      .then(answered)
      .then(function (found) {
        var value = (found.attributes && found.attributes[parameter]) || '';
        var wanted = allowed ? together(value, ids()) : isForgetting ? '' : value;
        if (wanted === value) {
          looks = 0;
          return wanted;
        }
        var attributes = {};
        attributes[parameter] = wanted;
        return window.fetch(root() + 'cart/update.js', {
          method: 'POST',
          credentials: 'same-origin',
          keepalive: true,
          headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
          body: JSON.stringify({ attributes: attributes })
        }).then(answered).then(function () {
          isWanted = isWanted || looks++ < MOST_LOOKS;
          return wanted;
        });
      })
      .then(function (value) {
        inCart = value;
        tries = 0;
        done();
      }, function () {
        isWanted = false;
        done();
        if (tries < WAITS.length) {
          window.setTimeout(function () {
            carry(!allowed);
          }, WAITS[tries++]);
        }
      });
  }

  function done() {
    isBusy = false;
    if (isWanted) {
      isWanted = false;
      carry(!allowed);
    }
  }

  /* Hidden fields, for checkouts that post a form; and Shopify's cart form, which posts attributes itself. */
  function fill() {
    var value = ids().join(',');
    var found = cart === 'form' ? document.querySelectorAll(forms) : [];
    for (var i = 0; i < found.length; i++) {
      field(found[i], parameter, value);
    }
  }

  function field(form, name, value) {
    var input = null;
    for (var i = 0; i < form.elements.length; i++) {
      if (form.elements[i].name === name) {
        input = form.elements[i];
      }
    }
    if (!input && value) {
      input = document.createElement('input');
      input.type = 'hidden';
      input.name = name;
      form.appendChild(input);
    }
    if (input) {
      input.value = value;
    }
  }

  function leaving(event) {
    var form = event.target;
    fill();
    if (cart === 'shopify' && allowed && form && form.action && /\/cart\/?$/.test(String(form.action).split('?')[0])) {
      field(form, 'attributes[' + parameter + ']', together(inCart, ids()));
    }
  }

  function decide(answer) {
    var had = allowed || parse(stored()).length > 0;
    allowed = answer === true && !objects();
    if (allowed) {
      keep();
      carry(false);
    } else {
      setStorage('');
      setCookie('');
      if (had) {
        carry(true);
      }
    }
    fill();
  }

  function again() {
    if (allowed) {
      keep();
      carry(false);
      fill();
    }
  }

  var shopify = window.Shopify;
  var isShopifys = Boolean(shopify && (shopify.customerPrivacy || typeof shopify.loadFeatures === 'function'));

  function ask() {
    if (shopify.customerPrivacy && typeof shopify.customerPrivacy.marketingAllowed === 'function') {
      decide(shopify.customerPrivacy.marketingAllowed() === true);
    }
  }

  window.creatorClicks = {
    consent: function (answer) {
      if (!isShopifys) {
        decide(answer);
      } else if (answer === false) {
        decide(false);
      }
    },
    ids: ids
  };

  document.addEventListener('submit', leaving, true);
  document.addEventListener('DOMContentLoaded', fill);
  document.addEventListener('visitorConsentCollected', ask);
  window.addEventListener('storage', function (event) {
    if (event.key === NAME && event.newValue && allowed) {
      again();
    }
  });
  window.addEventListener('pageshow', function (event) {
    if (event.persisted) {
      again();
    }
  });

  if (objects()) {
    decide(false);
  } else if (!isShopifys) {
    if (before && before.consent === true) {
      decide(true);
    }
  } else if (shopify.customerPrivacy) {
    ask();
  } else {
    shopify.loadFeatures([{ name: 'consent-tracking-api', version: '0.1' }], function (error) {
      if (!error) {
        ask();
      }
    });
  }
})(window, document);
