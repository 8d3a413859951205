/* Talks to the server: small JSON posts, with the reasons of a failure told apart. */

const WAIT_MS = 15000;

/** Nobody is logged in any more, or the page's token is of an older login. */
export class LoggedOut extends Error {}

/** The server will never take this as it is. */
export class NotTaken extends Error {}

export class Api {
  constructor(token) {
    this.token = token;
  }

  /** Post JSON and return the JSON of the reply; no reply and errors of the server throw Error. */
  async post(url, body) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), WAIT_MS);
    try {
      const reply = await fetch(url, { ...this.options(body), signal: stop.signal });
      if (reply.status === 401 || reply.status === 403) throw new LoggedOut();
      if (reply.status >= 400 && reply.status < 500) throw new NotTaken();
      if (!reply.ok) throw new Error(String(reply.status));
      return await reply.json();
    } finally {
      clearTimeout(timer);
    }
  }

  /** Post as the page goes away, without waiting. */
  leave(url, body) {
    fetch(url, { ...this.options(body), keepalive: true }).catch(() => {});
  }

  options(body) {
    return {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
      body: JSON.stringify(body),
    };
  }
}
