/** A reader who is slower than the database must not fill the memory: waits until more can be written, or for the end. */
export function drained(response: NodeJS.WritableStream): Promise<void> {
  return new Promise((done) => {
    const go = () => {
      response.off('drain', go).off('close', go);
      done();
    };
    response.once('drain', go).once('close', go);
  });
}
