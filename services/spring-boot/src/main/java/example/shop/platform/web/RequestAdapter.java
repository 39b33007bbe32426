package example.shop.platform.web;

import org.apache.catalina.Lifecycle;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.CoyoteAdapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.tomcat.util.buf.ByteChunk;

/**
 * Takes from a request what Tomcat or Spring would refuse before routing, while the
 * contract wants the usual order of checks.
 */
class RequestAdapter extends CoyoteAdapter {

	RequestAdapter(Connector connector) {
		super(connector);
	}

	static void install(Connector connector) {
		connector.addLifecycleListener((event) -> {
			if (event.getType().equals(Lifecycle.AFTER_INIT_EVENT)) {
				connector.getProtocolHandler().setAdapter(new RequestAdapter(connector));
			}
		});
	}

	@Override
	public void service(Request request, Response response) throws Exception {
		replaceNul(request.requestURI().getByteChunk());
		// Without it a CORS preflight is an OPTIONS like any other.
		request.getMimeHeaders().removeHeader("Access-Control-Request-Method");
		super.service(request, response);
	}

	/**
	 * Makes {@code %7F} of {@code %00}: both are in no name, but Tomcat decodes the
	 * former.
	 */
	private static void replaceNul(ByteChunk path) {
		byte[] buffer = path.getBuffer();
		for (int i = path.getStart(); i + 2 < path.getEnd(); i++) {
			if (buffer[i] == '%' && buffer[i + 1] == '0' && buffer[i + 2] == '0') {
				buffer[i + 1] = '7';
				buffer[i + 2] = 'F';
			}
		}
	}

}
