/** The open pages of a served book, told over server-sent events when there is something new. */

/** A problem to show, or null when the book was made. */
export type News = string | null;

/** Everybody who listens. */
export class Readers {
  readonly #streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  readonly #encoder = new TextEncoder();
  #problem: News = null;

  /** The answer to a page that begins to listen; a standing problem is told at once. */
  join(signal: AbortSignal): Response {
    let own: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        own = controller;
        this.#streams.add(controller);
        controller.enqueue(this.#encoder.encode(": welcome\n\n"));
        if (this.#problem !== null) controller.enqueue(this.#message(this.#problem));
        signal.addEventListener("abort", () => this.#leave(controller), { once: true });
      },
      cancel: () => {
        this.#streams.delete(own);
      },
    });
    return new Response(body, {
      headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
    });
  }

  /** Tells every page. */
  tell(news: News): void {
    this.#problem = news;
    for (const stream of this.#streams) stream.enqueue(this.#message(news));
  }

  #message(news: News): Uint8Array {
    return this.#encoder.encode(`data: ${JSON.stringify(news)}\n\n`);
  }

  #leave(controller: ReadableStreamDefaultController<Uint8Array>): void {
    if (this.#streams.delete(controller)) controller.close();
  }
}
