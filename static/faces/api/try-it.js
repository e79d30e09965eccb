// The operations that the page lists, each with a form of what it takes, by the OpenAPI document: tried from here or copied
// as curl. What another than a site's server signs in for is copied alone: the page has no field for it.
// A key stays in its field: it is stored nowhere and never becomes part of an address or of a copied line.
(function () {
  "use strict";

  const place = document.getElementById("try-it");
  if (!place) return;
  const words = JSON.parse(place.dataset.words), base = place.dataset.base;
  const keyField = document.getElementById("api-key");
  const bearers = { read: "$TIRAJ_KEY", write: "$TIRAJ_KEY", session: "$TIRAJ_SESSION", operator: "$TIRAJ_OPERATOR" };

  function make(tag, properties, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  function resolve(description, schema) {
    const name = schema && schema.$ref && schema.$ref.split("/").pop();
    return name ? description.components.schemas[name] : schema;
  }

  function fieldFor(parameter, id) {
    const hint = parameter.description || parameter.schema.description;
    const choices = parameter.schema.enum;
    const input = choices
      ? make("select", { className: "input" }, make("option", { value: "", textContent: "" }),
        ...choices.map(function (choice) { return make("option", { value: choice, textContent: choice }); }))
      : make("input", { className: "input input-mono", autocomplete: "off", spellcheck: false });
    input.id = id;
    input.dataset.name = parameter.name;
    input.dataset.in = parameter.in;
    const optional = parameter.required ? "" : " (" + words.optional + ")";
    const field = make("div", { className: "field" },
      make("label", { htmlFor: id }, make("code", { textContent: parameter.name }), optional), input);
    if (hint) {
      input.setAttribute("aria-describedby", id + "-hint");
      field.append(make("p", { className: "field-hint", id: id + "-hint", textContent: hint }));
    }
    return field;
  }

  function requestOf(form, method, path) {
    const query = new URLSearchParams(), headers = {};
    let address = path;
    for (const input of form.querySelectorAll("[data-name]")) {
      const name = input.dataset.name, value = input.value.trim();
      if (input.dataset.in === "path") address = address.replace("{" + name + "}", encodeURIComponent(value || name));
      else if (value && input.dataset.in === "query") query.set(name, value);
      else if (value && input.dataset.in === "header") headers[name] = value;
    }
    const body = form.querySelector("[data-body]");
    if (body) headers["Content-Type"] = "application/json";
    const asked = query.toString();
    return { method: method, url: address + (asked ? "?" + asked : ""), headers: headers, body: body ? body.value : undefined };
  }

  function quoted(text) {
    return "'" + text.replaceAll("'", "'\\''") + "'";
  }

  function curlOf(request, bearer) {
    const parts = ["curl -X " + request.method + " " + quoted(base + request.url)];
    if (bearer) parts.push('-H "Authorization: Bearer ' + bearer + '"');
    for (const [name, value] of Object.entries(request.headers)) parts.push("-H " + quoted(name + ": " + value));
    if (request.body !== undefined) parts.push("-d " + quoted(request.body));
    return parts.join(" \\\n  ");
  }

  async function send(request, needsKey, out) {
    const headers = Object.assign({}, request.headers);
    if (needsKey) {
      if (!keyField.value.trim()) {
        out.textContent = words.keyMissing;
        keyField.focus();
        return;
      }
      headers.Authorization = "Bearer " + keyField.value.trim();
    }
    out.textContent = words.sending;
    try {
      const answer = await fetch(request.url, {
        method: request.method, headers: headers, body: request.body, credentials: "omit", cache: "no-store",
      });
      const text = await answer.text();
      let shown = text;
      try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch (notJson) { /* shown as it came */ }
      out.textContent = answer.status + " " + answer.statusText + "\n" + shown;
    } catch (failure) {
      out.textContent = words.unreachable;
    }
  }

  function bodyField(description, operation, id) {
    const content = operation.requestBody && operation.requestBody.content["application/json"];
    if (!content) return null;
    const example = (resolve(description, content.schema).examples || [{}])[0];
    const area = make("textarea", { className: "input input-mono", rows: 6, id: id, spellcheck: false });
    area.dataset.body = "";
    area.value = JSON.stringify(example, null, 2);
    return make("div", { className: "field" }, make("label", { htmlFor: id, textContent: words.body }), area);
  }

  function formFor(description, fold) {
    const path = fold.dataset.path, method = fold.dataset.method, bearer = bearers[fold.dataset.needs];
    const operation = description.paths[path][method.toLowerCase()], id = "op-" + fold.id;
    const needsKey = bearer === "$TIRAJ_KEY", isTried = needsKey || !bearer;
    const form = make("form", { className: "form" });
    form.noValidate = true;
    (operation.parameters || []).forEach(function (parameter) {
      form.append(fieldFor(parameter, id + "-" + parameter.name));
    });
    const body = bodyField(description, operation, id + "-body");
    if (body) form.append(body);
    const curl = make("code"), line = make("pre", { tabIndex: 0, translate: false, id: id + "-curl" }, curl);
    line.setAttribute("role", "region");
    line.setAttribute("aria-label", "curl");
    const copy = make("button", { type: "button", className: "button button-small", textContent: words.copyCurl });
    copy.dataset.copyFrom = "#" + id + "-curl";
    copy.dataset.copiedText = words.copyCurl;
    const out = make("code"), answer = make("pre", { tabIndex: 0, translate: false }, out);
    answer.setAttribute("role", "region");
    answer.setAttribute("aria-label", words.answer);
    answer.setAttribute("aria-live", "polite");
    const button = make("button", { className: "button button-primary button-small", textContent: words.send });
    function refresh() { curl.textContent = curlOf(requestOf(form, method, path), bearer); }
    form.addEventListener("input", refresh);
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      if (!isTried) return;
      answer.hidden = false;
      send(requestOf(form, method, path), needsKey, out);
    });
    answer.hidden = true;
    refresh();
    form.append(make("div", { className: "snippet" }, line), make("div", { className: "actions" }, ...(isTried ? [button] : []), copy),
      make("div", { className: "snippet" }, answer));
    return form;
  }

  let asked = null;
  function described() { // asked for once, when the first is opened
    asked = asked || fetch("/api/openapi.json").then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    });
    return asked;
  }

  function fill(fold) {
    const inside = fold.querySelector(".fold-body");
    if (!fold.open || fold.dataset.filled) return;
    fold.dataset.filled = "yes";
    described().then(function (description) { inside.append(formFor(description, fold)); }).catch(function () {
      asked = null;
      inside.append(make("p", { textContent: words.unloadable }));
    });
  }

  const folds = Array.from(place.querySelectorAll("details[data-path]"));
  folds.forEach(function (fold) { fold.addEventListener("toggle", function () { fill(fold); }); });

  const wanted = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (wanted && folds.includes(wanted)) {
    for (let one = wanted; one && one !== place; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
    wanted.scrollIntoView();
  }
})();
