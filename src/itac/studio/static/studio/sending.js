// A form on its way to the server, seen as it goes. Only this older way tells how much of it is sent.
const STILL_MS = 60000; // a line on which nothing moved for so long is cut

export class Sending {
  // `moved` hears the share that is sent, 0 to 1.
  constructor(address, body, moved) {
    this.wire = new XMLHttpRequest();
    // { status, text, isElsewhere }, or null where the server wasn't reached. `isElsewhere`: another page answered.
    this.answer = new Promise((resolve) => {
      this.wire.onloadend = () => {
        clearTimeout(this.still);
        const { status, responseText: text, responseURL } = this.wire;
        resolve(status ? { status, text, isElsewhere: new URL(responseURL).pathname !== address } : null);
      };
    });
    this.wire.upload.onprogress = ({ loaded, total }) => {
      this.wait();
      moved(loaded / total);
    };
    this.wire.open("POST", address);
    this.wire.send(body);
    this.wait();
  }

  wait() {
    clearTimeout(this.still);
    this.still = setTimeout(() => this.end(), STILL_MS);
  }

  end() {
    this.wire.abort();
  }
}
