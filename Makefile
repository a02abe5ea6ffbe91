# Installs the single file, its man pages, completion and unit. `npm run build:binary` makes them.
#
#     sudo make install [PREFIX=/usr/local] [DESTDIR=]
#
PREFIX ?= /usr/local
BINARY ?= dist-bin/fdleak-linux-x64
share = $(DESTDIR)$(PREFIX)/share

install:
	install -Dm755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/fdleak
	install -Dm644 -t $(share)/man/man1 dist/man/*.1
	install -d $(share)/bash-completion/completions $(share)/zsh/site-functions $(share)/fish/vendor_completions.d
	$(BINARY) completion bash > $(share)/bash-completion/completions/fdleak
	$(BINARY) completion zsh > $(share)/zsh/site-functions/_fdleak
	$(BINARY) completion fish > $(share)/fish/vendor_completions.d/fdleak.fish
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's#/usr/bin/fdleak#$(PREFIX)/bin/fdleak#' deploy/systemd/fdleak-serve.service > $(DESTDIR)$(PREFIX)/lib/systemd/system/fdleak-serve.service

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/fdleak $(share)/man/man1/fdleak*.1 $(share)/bash-completion/completions/fdleak \
	  $(share)/zsh/site-functions/_fdleak $(share)/fish/vendor_completions.d/fdleak.fish \
	  $(DESTDIR)$(PREFIX)/lib/systemd/system/fdleak-serve.service

.PHONY: install uninstall
