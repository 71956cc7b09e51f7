exports.b = () => {};
