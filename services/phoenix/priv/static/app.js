// Connects the pages; what they do is LiveView's.
const { content: _csrf_token } = document.querySelector('meta[name=csrf-token]');
new LiveView.LiveSocket('/store/socket', Phoenix.Socket, { params: { _csrf_token } }).connect();
