-- By hand: a change of the language counts, and is told of as that of a name is.
CREATE OR REPLACE FUNCTION "tell_of_user"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO public.outbox (user_id, type, version) VALUES (NEW.id, 'user.created', NEW.version);
    RETURN NULL;
  END IF;
  IF TG_OP = 'DELETE' THEN
    INSERT INTO public.outbox (user_id, type, version) VALUES (OLD.id, 'user.deleted', OLD.version + 1);
    RETURN NULL;
  END IF;
  IF (OLD.disabled_at IS NULL) <> (NEW.disabled_at IS NULL) THEN
    INSERT INTO public.outbox (user_id, type, version)
      VALUES (NEW.id, CASE WHEN NEW.disabled_at IS NULL THEN 'user.enabled' ELSE 'user.disabled' END, NEW.version);
  END IF;
  IF OLD.email IS DISTINCT FROM NEW.email THEN
    INSERT INTO public.outbox (user_id, type, version) VALUES (NEW.id, 'user.email-changed', NEW.version);
  END IF;
  IF (OLD.email_verified_at IS NULL, OLD.name, OLD.photo, OLD.locale, OLD.role, OLD.is_guest, OLD.metadata, OLD.app_metadata, OLD.external_id)
    IS DISTINCT FROM
    (NEW.email_verified_at IS NULL, NEW.name, NEW.photo, NEW.locale, NEW.role, NEW.is_guest, NEW.metadata, NEW.app_metadata, NEW.external_id)
  THEN
    INSERT INTO public.outbox (user_id, type, version) VALUES (NEW.id, 'user.updated', NEW.version);
  END IF;
  IF (OLD.totp_id IS NULL) <> (NEW.totp_id IS NULL) THEN
    INSERT INTO public.outbox (user_id, type, version, details)
      VALUES (NEW.id, CASE WHEN NEW.totp_id IS NULL THEN 'factor.removed' ELSE 'factor.added' END, NEW.version, '{"factor": "totp"}');
  END IF;
  RETURN NULL;
END $$;
