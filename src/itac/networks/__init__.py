"""One module per social network, all behind one protocol, and the channels: accounts on them."""
