// Whole sentences that the server translated, with Python's named places: "%(length)s of %(limit)s characters".
export function say(sentence, facts) {
  return sentence.replace(/%(?:\((\w+)\)[sd]|%)/g, (place, name) => (name ? String(facts[name]) : "%"));
}

// One that counts comes with all its forms, and with the form of each number up to two hundred.
export function sayCounted({ forms, of }, number, facts) {
  const listed = of.length / 2;
  return say(forms[of[number < of.length ? number : listed + (number % listed)]], facts);
}
