"use strict";

window.addEventListener("DOMContentLoaded", () => {
  const page = document.getElementById("swagger-ui");
  const loginPaths = page.dataset.login.split(" ").filter((path) => path !== "");

  const isLogin = (response) => {
    const path = new URL(response.url, window.location.href).pathname;
    return response.ok && loginPaths.some((login) => path.endsWith(login));
  };

  // A login that worked authorizes the page, so that the next call can be tried at once.
  const authorizeAfterLogin = (response) => {
    if (isLogin(response)) {
      const token = JSON.parse(response.text).accessToken;
      if (typeof token === "string") {
        ui.preauthorizeApiKey("bearer", token);
      }
    }
    return response;
  };

  const ui = SwaggerUIBundle({
    url: page.dataset.openapi,
    domNode: page,
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    deepLinking: true,
    displayRequestDuration: true,
    persistAuthorization: false,
    validatorUrl: null,
    responseInterceptor: authorizeAfterLogin,
  });
  window.ui = ui;
});
