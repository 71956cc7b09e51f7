exports.b = () => {}
